package io.vigia.supervisor.config;

import java.util.List;
import java.util.Locale;

/** Signal names and numbers as on x86-64 and arm64. Source: signal(7). */
public final class Signals {
    /** {@code SIGRTMAX}. */
    public static final int MAX = 64;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /**
     * From {@code TERM}, {@code SIGTERM}, {@code term}, {@code RTMIN+3} or {@code 15}.
     *
     * @throws IllegalArgumentException saying what would do
     */
    public static int parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        int index = NAMES.indexOf(name);
        if (index >= 0) {
            return index + 1;
        }
        int number = name.matches("[0-9]{1,3}")
                ? Integer.parseInt(name)
                : name.matches("RTMIN(\\+[0-9]{1,2})?")
                        ? 34 + (name.length() == 5 ? 0 : Integer.parseInt(name.substring(6)))
                        : -1;
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a signal: write a name like TERM or a number 1 to 64");
        }
        return number;
    }

    /** {@code TERM}, or the number where there is no name. */
    public static String name(int signal) {
        return signal >= 1 && signal <= NAMES.size() ? NAMES.get(signal - 1) : Integer.toString(signal);
    }
}
