package io.vigia.kernel.parse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * {@code io.max} as a whole: a device that is not named, and a key that is not given, has no limit. Several devices stand
 * on lines of their own, or separated by semicolons where a line break is awkward.
 */
public record IoMax(SortedMap<IoDevice, Rates> devices) {
    /** Stands for {@code max}. */
    public static final long UNLIMITED = -1;

    public IoMax {
        SortedMap<IoDevice, Rates> copy = new TreeMap<>(devices);
        copy.values().removeIf(Rates::unlimited);
        devices = Collections.unmodifiableSortedMap(copy);
    }

    /** Bytes and operations a second; {@link #UNLIMITED} or above 0. */
    public record Rates(long rbps, long wbps, long riops, long wiops) {
        public static final Rates NONE = new Rates(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

        boolean unlimited() {
            return equals(NONE);
        }

        private Rates with(String key, long value) {
            return switch (key) {
                case "rbps" -> new Rates(value, wbps, riops, wiops);
                case "wbps" -> new Rates(rbps, value, riops, wiops);
                case "riops" -> new Rates(rbps, wbps, value, wiops);
                case "wiops" -> new Rates(rbps, wbps, riops, value);
                default ->
                    throw new IllegalArgumentException("unknown key '" + key + "'; use rbps, wbps, riops, wiops");
            };
        }
    }

    /**
     * @param amount reads the number after {@code =}
     * @throws IllegalArgumentException with the part that is wrong
     */
    static IoMax parse(String text, ToLongFunction<String> amount) {
        SortedMap<IoDevice, Rates> devices = new TreeMap<>();
        for (String line : text.split("[\n;]")) {
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            IoDevice device = IoDevice.parse(words[0]);
            if (words.length == 1) {
                throw new IllegalArgumentException("device " + device + " has no rate; write " + device + " wbps=10Mi");
            }
            Rates rates = Rates.NONE;
            for (int i = 1; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("'" + words[i] + "' is not KEY=VALUE");
                }
                String value = words[i].substring(equals + 1);
                rates = rates.with(
                        words[i].substring(0, equals), value.equals("max") ? UNLIMITED : amount.applyAsLong(value));
            }
            if (devices.put(device, rates) != null) {
                throw new IllegalArgumentException("device " + device + " is named twice");
            }
        }
        return new IoMax(devices);
    }

    /** From what the kernel prints, or what {@link #text()} made of it. */
    public static IoMax ofKernel(String text) {
        return parse(text, Long::parseLong);
    }

    /** One line a device, with all four keys, as the kernel prints it; empty for no limit. */
    public String text() {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<IoDevice, Rates> e : devices.entrySet()) {
            lines.add(line(e.getKey(), e.getValue()));
        }
        return String.join("\n", lines);
    }

    /** The lines to write, each with its own write(2), to get from {@code present} to this. */
    public List<String> writesFrom(IoMax present) {
        List<String> writes = new ArrayList<>();
        for (IoDevice device : present.devices().keySet()) {
            if (!devices.containsKey(device)) {
                writes.add(line(device, Rates.NONE));
            }
        }
        devices.forEach((device, rates) -> writes.add(line(device, rates)));
        return writes;
    }

    private static String line(IoDevice device, Rates r) {
        return device + " rbps=" + word(r.rbps) + " wbps=" + word(r.wbps) + " riops=" + word(r.riops) + " wiops="
                + word(r.wiops);
    }

    private static String word(long value) {
        return value == UNLIMITED ? "max" : Long.toString(value);
    }
}
