package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.EnumSet;
import java.util.Set;

/** Sizes in sentences, as manifests write them. */
public final class Sizes {
    private static final String POWERS = "KMGTPE";
    private static final Set<LimitFile> IN_BYTES = EnumSet.of(
            LimitFile.MEMORY_MIN,
            LimitFile.MEMORY_LOW,
            LimitFile.MEMORY_HIGH,
            LimitFile.MEMORY_MAX,
            LimitFile.MEMORY_SWAP_MAX);

    private Sizes() {}

    /** {@code 64Mi}, {@code 7.3Mi}, {@code 512 bytes}. Not by a formatter, as in {@link Spans#tenths}. */
    public static String text(long bytes) {
        int power = bytes < 1024 ? -1 : (63 - Long.numberOfLeadingZeros(bytes)) / 10 - 1;
        if (power < 0) {
            return bytes + " bytes";
        }
        long unit = 1L << (10 * (power + 1));
        String number = bytes % unit == 0 ? String.valueOf(bytes / unit) : Spans.tenths((double) bytes / unit);
        return number + POWERS.charAt(power) + "i";
    }

    /** A size with its unit, everything else as the kernel has it. */
    public static String text(LimitFile file, LimitValue value) {
        return value instanceof LimitValue.Amount(long bytes) && IN_BYTES.contains(file)
                ? text(bytes)
                : value.kernelText();
    }
}
