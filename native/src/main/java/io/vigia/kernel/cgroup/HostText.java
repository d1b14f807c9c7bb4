package io.vigia.kernel.cgroup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Small files of /proc and /sys for the doctor's checks. */
final class HostText {
    private HostText() {}

    /** {@code null} when it cannot be read. */
    static @Nullable String read(String file) {
        // Not Files.readAllBytes: it begins with one byte where the size is 0, and files of /proc/sys end after one
        // read.
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            for (int got = in.read(piece); got > 0; got = in.read(piece)) {
                all.write(piece, 0, got);
            }
            return all.toString(StandardCharsets.ISO_8859_1);
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
