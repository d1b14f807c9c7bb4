package io.vigia.kernel.parse;

import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;

/** A pressure file: {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0} and the same for {@code full} (psi.rst). */
public final class PressureText {
    private PressureText() {}

    /** @throws IllegalArgumentException for anything else */
    public static Pressure parse(String text) {
        PressureStall some = null;
        PressureStall full = null;
        for (String line : text.split("\n")) {
            if (line.startsWith("some ")) {
                some = stall(line);
            } else if (line.startsWith("full ")) {
                full = stall(line);
            }
        }
        if (some == null && full == null) {
            throw new IllegalArgumentException("neither some nor full in '" + text + "'");
        }
        return new Pressure(some, full);
    }

    private static PressureStall stall(String line) {
        return new PressureStall(
                Double.parseDouble(field(line, " avg10=")),
                Double.parseDouble(field(line, " avg60=")),
                Double.parseDouble(field(line, " avg300=")),
                Long.parseLong(field(line, " total=")));
    }

    private static String field(String line, String key) {
        int at = line.indexOf(key);
        if (at < 0) {
            throw new IllegalArgumentException("no" + key + " in '" + line + "'");
        }
        int from = at + key.length();
        int space = line.indexOf(' ', from);
        return line.substring(from, space < 0 ? line.length() : space);
    }
}
