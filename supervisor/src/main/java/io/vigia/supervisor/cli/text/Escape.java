package io.vigia.supervisor.cli.text;

/** Text from elsewhere made harmless for a terminal: names of cgroups and processes may hold any byte. */
public final class Escape {
    private Escape() {}

    /** Control and format characters as {@code \n}, {@code \t} or <code>&#92;u001b</code>; the rest as it is. */
    public static String text(String from) {
        StringBuilder out = new StringBuilder(from.length());
        from.codePoints().forEach(c -> {
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (isUnsafe(c)) {
                out.append(String.format(java.util.Locale.ROOT, "\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** Format characters turn text around or hide it; separators break lines in some terminals. */
    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
