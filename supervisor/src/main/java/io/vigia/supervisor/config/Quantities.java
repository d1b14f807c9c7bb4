package io.vigia.supervisor.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and shares as people write them. */
public final class Quantities {
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)(?:([KMGTPE])(i)?B?|B)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHARE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?)%");
    private static final String UNITS = "KMGTPE";

    private Quantities() {}

    /**
     * Bytes: {@code 64Mi}, {@code 1.5G} (decimal), {@code 4096}.
     *
     * @throws IllegalArgumentException saying what is wrong and how it is written
     */
    public static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size: write bytes or 512Ki, 64Mi, 1.5G");
        }
        BigDecimal bytes = new BigDecimal(size.group(1));
        if (size.group(2) != null) {
            int power = UNITS.indexOf(Character.toUpperCase(size.group(2).charAt(0))) + 1;
            bytes = bytes.multiply(
                    BigDecimal.valueOf(size.group(3) == null ? 1000 : 1024).pow(power));
        }
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is more than 2^63-1 bytes");
        }
        // Of 0.1Gi what is left over is nothing; of 1.5 it is a unit that was forgotten, and the group would not live
        // on 1 byte.
        boolean less = bytes.signum() > 0 && bytes.compareTo(BigDecimal.ONE) < 0;
        if (less || (size.group(2) == null && bytes.stripTrailingZeros().scale() > 0)) {
            throw new IllegalArgumentException(
                    "'" + text + "' has a fraction of a byte: write a whole number of bytes, or the unit, as in 1.5Mi");
        }
        return bytes.longValue();
    }

    /**
     * {@code 10%} is 0.1. May be above 1: the caller knows its range.
     *
     * @throws IllegalArgumentException saying how it is written
     */
    public static double share(String text) {
        Matcher share = SHARE.matcher(text);
        if (!share.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a percentage: write for example 80%");
        }
        return new BigDecimal(share.group(1)).movePointLeft(2).doubleValue();
    }
}
