package io.vigia.supervisor.scrape;

import io.vigia.metrics.DeviceNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Names of block devices as sysfs has them: {@code DEVNAME} in {@code /sys/dev/block/MAJOR:MINOR/uevent}. Looked up once a round, as a
 * number may be another device's later. Blocking, one thread at a time.
 */
public final class BlockDevices implements DeviceNames {
    private static final String KEY = "DEVNAME=";

    private final Path sysfs;
    private final Map<Long, String> known = new HashMap<>();

    /** @param sysfs {@code /sys} */
    public BlockDevices(Path sysfs) {
        this.sysfs = sysfs;
    }

    void beginRound() {
        known.clear();
    }

    /** The number itself where sysfs does not say, as for a device that is gone. */
    @Override
    public String name(int major, int minor) {
        return known.computeIfAbsent(((long) major << 32) | minor, absent -> look(major, minor));
    }

    private String look(int major, int minor) {
        String number = NUMBERS.name(major, minor);
        try {
            // In bytes of Latin 1: a name is no text.
            String all = Files.readString(
                    sysfs.resolve("dev/block").resolve(number).resolve("uevent"), StandardCharsets.ISO_8859_1);
            return all.lines()
                    .filter(line -> line.startsWith(KEY))
                    .map(line -> "/dev/" + line.substring(KEY.length()))
                    .findFirst()
                    .orElse(number);
        } catch (IOException e) {
            return number;
        }
    }
}
