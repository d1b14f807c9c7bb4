package io.vigia.kernel.parse;

/**
 * A flat keyed file of the cgroup file system ({@code KEY VALUE\n}…; cgroup-v2.rst, "Format"). Keys asked for in the
 * file's order make it one pass. One thread.
 */
public final class CgroupKeyed {
    private final String text;
    private int cursor;

    public CgroupKeyed(String text) {
        this.text = text;
    }

    /**
     * The value, or -1 where the key is absent.
     *
     * @throws IllegalArgumentException for a value that is no number from 0 to 2^63-1
     */
    public long get(String key) {
        int found = find(key, cursor, text.length());
        if (found < 0) {
            found = find(key, 0, cursor);
        }
        if (found < 0) {
            return -1;
        }
        int end = lineEnd(found);
        cursor = Math.min(end + 1, text.length());
        long value = Long.parseLong(text, found + key.length() + 1, end, 10);
        if (value < 0) {
            throw new IllegalArgumentException("negative " + key + ": " + value);
        }
        return value;
    }

    private int find(String key, int from, int to) {
        for (int at = from; at < to; at = lineEnd(at) + 1) {
            int after = at + key.length();
            if (after < text.length() && text.charAt(after) == ' ' && text.startsWith(key, at)) {
                return at;
            }
        }
        return -1;
    }

    private int lineEnd(int from) {
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline;
    }
}
