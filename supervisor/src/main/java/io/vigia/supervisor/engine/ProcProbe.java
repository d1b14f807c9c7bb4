package io.vigia.supervisor.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code /proc}. */
public final class ProcProbe implements ProcessProbe {
    private static final int STATE = 0;
    private static final int SESSION = 3;
    private static final int START_TICKS = 19;

    private final String bootId;

    /** Reads the boot's id, which is the same for as long as this lives. */
    public ProcProbe() {
        this.bootId = readBootId();
    }

    private static String readBootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public @Nullable Stat stat(int pid) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name in parentheses may hold anything; the fields begin after the last one.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            if (fields[STATE].equals("Z") || fields[STATE].equals("X")) {
                return null;
            }
            return new Stat(pid, Integer.parseInt(fields[SESSION]), Long.parseLong(fields[START_TICKS]));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    @Override
    public String bootId() {
        return bootId;
    }
}
