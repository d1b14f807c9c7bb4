package io.vigia.kernel.parse;

/** A block device by number, as {@code /proc/partitions} and {@code lsblk} show it. */
public record IoDevice(int major, int minor) implements Comparable<IoDevice> {
    public IoDevice {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException("device numbers are not negative: " + major + ":" + minor);
        }
    }

    /** @throws IllegalArgumentException for anything but {@code MAJOR:MINOR} */
    public static IoDevice parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new IoDevice(
                    Integer.parseInt(text, 0, Math.max(colon, 0), 10),
                    Integer.parseInt(text, colon + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a device; write MAJOR:MINOR as lsblk shows it", e);
        }
    }

    @Override
    public int compareTo(IoDevice other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
