package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One line of {@code /proc/PID/mountinfo} (proc_pid_mountinfo(5)).
 *
 * @param id of this mount
 * @param parent id of the mount that it was mounted on
 * @param root what of the file system is mounted here, escaped like {@link CgroupPath}; a bind mount shows a subtree
 * @param mountPoint escaped like {@link CgroupPath}
 * @param superOptions options of the file system: v1 names its controllers here
 */
public record MountEntry(
        int id,
        int parent,
        String root,
        String mountPoint,
        Set<String> mountOptions,
        String fsType,
        Set<String> superOptions) {
    public MountEntry {
        mountOptions = Set.copyOf(mountOptions);
        superOptions = Set.copyOf(superOptions);
    }

    /** Whether this mount cannot be written. */
    public boolean readOnly() {
        return mountOptions.contains("ro") || superOptions.contains("ro");
    }

    /** @param raw the file's text decoded as ISO-8859-1; lines that are no mounts are left out */
    public static List<MountEntry> parse(String raw) {
        List<MountEntry> entries = new ArrayList<>();
        for (String line : raw.split("\n")) {
            int separator = line.indexOf(" - ");
            if (separator < 0) {
                continue;
            }
            String[] left = line.substring(0, separator).split(" ");
            String[] right = line.substring(separator + 3).split(" ");
            if (left.length < 6 || right.length < 2) {
                continue;
            }
            entries.add(new MountEntry(
                    number(left[0]),
                    number(left[1]),
                    unescapeOctal(left[3]),
                    unescapeOctal(left[4]),
                    options(left[5]),
                    right[0],
                    options(right.length > 2 ? right[2] : "")));
        }
        return entries;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Set<String> options(String text) {
        Set<String> all = new LinkedHashSet<>(List.of(text.split(",")));
        all.remove("");
        return all;
    }

    // Space, tab, newline and backslash appear as three octal digits.
    private static String unescapeOctal(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '\\' && i + 3 < raw.length && isOctal(raw, i + 1)) {
                bytes.write((raw[i + 1] - '0') << 6 | (raw[i + 2] - '0') << 3 | (raw[i + 3] - '0'));
                i += 3;
            } else {
                bytes.write(raw[i]);
            }
        }
        return CgroupPath.escape(bytes.toByteArray());
    }

    private static boolean isOctal(byte[] raw, int at) {
        for (int i = at; i < at + 3; i++) {
            if (raw[i] < '0' || raw[i] > '7') {
                return false;
            }
        }
        return true;
    }
}
