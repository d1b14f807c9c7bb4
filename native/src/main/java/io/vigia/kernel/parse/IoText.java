package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.IoStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The io controller's counters: v2's {@code io.stat}, v1's {@code blkio.throttle.io_service_bytes} and {@code io_serviced}. */
public final class IoText {
    private IoText() {}

    /** {@code 8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6} a line; lines without these keys are left out. */
    public static List<IoStat> stat(String text) {
        List<IoStat> all = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.split(" ");
            if (words.length < 2 || words[0].indexOf(':') < 0) {
                continue;
            }
            IoDevice device = IoDevice.parse(words[0]);
            all.add(new IoStat(
                    device.major(),
                    device.minor(),
                    value(words, "rbytes="),
                    value(words, "wbytes="),
                    value(words, "rios="),
                    value(words, "wios=")));
        }
        return all;
    }

    /** v1: {@code 8:16 Read 1} a line in each of the two files. */
    public static List<IoStat> statV1(String serviceBytes, String serviced) {
        Map<IoDevice, long[]> byDevice = new TreeMap<>();
        collect(serviceBytes, byDevice, 0, 0);
        collect(serviced, byDevice, 2, 0);
        return stats(byDevice);
    }

    /** v1, of the first of these alone: operations are unknown. */
    public static List<IoStat> bytesV1(String serviceBytes) {
        Map<IoDevice, long[]> byDevice = new TreeMap<>();
        collect(serviceBytes, byDevice, 0, CgroupNumbers.UNKNOWN);
        return stats(byDevice);
    }

    private static List<IoStat> stats(Map<IoDevice, long[]> byDevice) {
        List<IoStat> all = new ArrayList<>();
        byDevice.forEach((device, v) -> all.add(new IoStat(device.major(), device.minor(), v[0], v[1], v[2], v[3])));
        return all;
    }

    private static long value(String[] words, String key) {
        for (String word : words) {
            if (word.startsWith(key)) {
                return Long.parseLong(word, key.length(), word.length(), 10);
            }
        }
        return 0;
    }

    private static void collect(String text, Map<IoDevice, long[]> into, int offset, long ops) {
        for (String line : text.split("\n")) {
            String[] words = line.split(" ");
            if (words.length != 3) {
                continue;
            }
            int index = words[1].equals("Read") ? offset : words[1].equals("Write") ? offset + 1 : -1;
            if (index >= 0) {
                into.computeIfAbsent(IoDevice.parse(words[0]), d -> new long[] {0, 0, ops, ops})[index] =
                        Long.parseLong(words[2]);
            }
        }
    }
}
