package io.vigia.kernel.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An absolute cgroup path as text that loses nothing: UTF-8 where the bytes are UTF-8, {@code \xNN} for every byte that
 * is not, {@code \\} for a backslash. The kernel allows any byte in a name except {@code /}, NUL and newline.
 *
 * <p>The root is {@code /}; every other path starts with a slash and ends without one.
 */
public record CgroupPath(String text) implements Comparable<CgroupPath> {
    /** The root of the hierarchy, as this process sees it. */
    public static final CgroupPath ROOT = new CgroupPath("/");

    public CgroupPath {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a cgroup path starts with a slash: '" + text + "'");
        }
        if (text.length() > 1) {
            requireSegments(text);
        }
    }

    // Made for every group and parent again and again: no garbage for the ordinary name.
    private static void requireSegments(String whole) {
        int from = 1;
        while (from <= whole.length()) {
            int slash = whole.indexOf('/', from);
            int to = slash < 0 ? whole.length() : slash;
            int length = to - from;
            boolean dots = length <= 2 && whole.startsWith("..".substring(0, length), from);
            if (dots) {
                throw new IllegalArgumentException(
                        "'" + whole.substring(from, to) + "' is not a cgroup name, in '" + whole + "'");
            }
            from = to + 1;
        }
        if (whole.indexOf(0) >= 0 || whole.indexOf('\n') >= 0) {
            throw nameWithControl(whole);
        }
        if (whole.indexOf('\\') >= 0) {
            for (String segment : whole.substring(1).split("/", -1)) {
                for (byte b : unescape(segment)) {
                    if (b == 0 || b == '\n' || b == '/') {
                        throw nameWithControl(whole);
                    }
                }
            }
        }
    }

    private static IllegalArgumentException nameWithControl(String whole) {
        return new IllegalArgumentException("a cgroup name has no NUL, newline or slash: '" + whole + "'");
    }

    /** From raw bytes as the kernel prints them, for example a directory entry's name below {@link #ROOT}. */
    public static CgroupPath ofBytes(byte[] path) {
        return new CgroupPath(escape(path));
    }

    /** The raw bytes, as a system call wants them (no final NUL). */
    public byte[] bytes() {
        return unescape(text);
    }

    public boolean isRoot() {
        return text.length() == 1;
    }

    /** The child with this raw name. */
    public CgroupPath child(byte[] name) {
        return child(escape(name));
    }

    /** The child with this name, already escaped. */
    public CgroupPath child(String escapedName) {
        return new CgroupPath(isRoot() ? "/" + escapedName : text + "/" + escapedName);
    }

    /** {@code null} for the root. */
    public @Nullable CgroupPath parent() {
        if (isRoot()) {
            return null;
        }
        int slash = text.lastIndexOf('/');
        return slash == 0 ? ROOT : new CgroupPath(text.substring(0, slash));
    }

    /** The last segment, escaped; {@code /} for the root. */
    public String name() {
        return isRoot() ? "/" : text.substring(text.lastIndexOf('/') + 1);
    }

    /** The path without its first slash, as the HTTP API names groups; the root stays {@code /}. */
    public String id() {
        return isRoot() ? "/" : text.substring(1);
    }

    /** The inverse of {@link #id()}. */
    public static CgroupPath ofId(String id) {
        return id.equals("/") ? ROOT : new CgroupPath("/" + id);
    }

    /** Whether this is {@code ancestor} or lies below it. */
    public boolean isWithin(CgroupPath ancestor) {
        return ancestor.isRoot() || text.equals(ancestor.text) || text.startsWith(ancestor.text + "/");
    }

    /** How many names below the root: 0 for the root. */
    public int depth() {
        return isRoot() ? 0 : (int) text.chars().filter(c -> c == '/').count();
    }

    @Override
    public int compareTo(CgroupPath other) {
        return text.compareTo(other.text);
    }

    // By hand, as in CgroupId: a record's own are linked at their first call, which takes a start some 20 ms, and what
    // they become is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CgroupPath path && text.equals(path.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Bytes to lossless text. */
    public static String escape(byte[] raw) {
        String decoded = decodeStrictly(raw, 0, raw.length);
        if (decoded != null) {
            return decoded.indexOf('\\') < 0 ? decoded : decoded.replace("\\", "\\\\");
        }
        StringBuilder out = new StringBuilder(raw.length + 8);
        for (int i = 0; i < raw.length; ) {
            int length = utf8Length(raw, i);
            String one = length == 0 ? null : decodeStrictly(raw, i, length);
            if (one == null) {
                out.append("\\x").append(HexFormat.of().toHexDigits(raw[i]));
                i++;
            } else {
                out.append(one.equals("\\") ? "\\\\" : one);
                i += length;
            }
        }
        return out.toString();
    }

    /**
     * Lossless text back to bytes.
     *
     * @throws IllegalArgumentException for an escape that {@link #escape} never writes
     */
    public static byte[] unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            int backslash = text.indexOf('\\', i);
            int end = backslash < 0 ? text.length() : backslash;
            out.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
            i = end;
            if (backslash >= 0) {
                i = unescapeOne(text, backslash, out);
            }
        }
        return out.toByteArray();
    }

    private static int unescapeOne(String text, int at, ByteArrayOutputStream out) {
        if (text.startsWith("\\\\", at)) {
            out.write('\\');
            return at + 2;
        }
        if (text.startsWith("\\x", at) && at + 4 <= text.length()) {
            try {
                out.write(HexFormat.fromHexDigits(text, at + 2, at + 4));
                return at + 4;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not an escape at offset " + at + " of '" + text + "'", e);
            }
        }
        throw new IllegalArgumentException(
                "not an escape at offset " + at + " of '" + text + "' (write \\\\ or \\xNN)");
    }

    private static @Nullable String decodeStrictly(byte[] raw, int offset, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static int utf8Length(byte[] raw, int at) {
        int lead = raw[at] & 0xff;
        int length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
        return at + length <= raw.length ? length : 0;
    }
}
