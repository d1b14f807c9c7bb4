package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How {@code /dev/kmsg} writes a record (Documentation/ABI/testing/dev-kmsg). */
final class KernelLogText {
    private KernelLogText() {}

    /**
     * Its first line, still escaped.
     *
     * @param record {@code priority,sequence,µs,flags;text}, as ISO-8859-1
     */
    static String line(String record) {
        int text = record.indexOf(';') + 1;
        int end = record.indexOf('\n');
        return record.substring(text, end < 0 ? record.length() : end);
    }

    /** {@code null} for what is no absolute path. */
    static @Nullable CgroupPath path(String escaped) {
        byte[] raw = bytes(escaped);
        return raw.length > 0 && raw[0] == '/' ? CgroupPath.ofBytes(raw) : null;
    }

    /** The kernel writes backslashes, and bytes that are not printable ASCII, as {@code \xNN}. */
    static byte[] bytes(String text) {
        if (text.indexOf('\\') < 0) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\x", i) && i + 4 <= text.length()) {
                out.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
                i += 3;
            } else {
                out.write(text.charAt(i));
            }
        }
        return out.toByteArray();
    }
}
