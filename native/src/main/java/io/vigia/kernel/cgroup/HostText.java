package io.vigia.kernel.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Small files of /proc and /sys for the doctor's checks. */
final class HostText {
    private HostText() {}

    /** {@code null} when it cannot be read. */
    static @Nullable String read(String file) {
        try {
            return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    /** -1 when it cannot be read or is no number. */
    static long number(String file) {
        String text = read(file);
        try {
            return text == null ? -1 : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
