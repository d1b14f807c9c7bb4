package io.vigia.kernel.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The program between vigia and its children; {@code src/main/c/vigia-spawn.c} says why it is there. */
final class SpawnHelper {
    static final String NAME = "vigia-spawn";

    private SpawnHelper() {}

    /**
     * @throws IllegalStateException when there is none for this architecture
     */
    static byte[] image() {
        return image(architecture(System.getProperty("os.arch")));
    }

    static byte[] image(String architecture) {
        String resource = NAME + "-" + architecture;
        try (InputStream in = SpawnHelper.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource
                        + " in the jar: compile src/main/c/vigia-spawn.c with src/main/c/build.sh on this"
                        + " architecture");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    private static String architecture(String osArch) {
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            default -> osArch;
        };
    }

    /** The steps as the helper numbers them, from 1. */
    enum Step {
        ARGUMENTS("helper arguments"),
        DESCRIPTORS("descriptors"),
        STDIN("stdin"),
        STDOUT("stdout"),
        WORKDIR("workdir"),
        NOFILE("nofile"),
        OOM_SCORE_ADJ("oom_score_adj"),
        NICE("nice"),
        CGROUP("cgroup"),
        CLONE("clone"),
        TASKS("cgroup"),
        SESSION("session"),
        EXEC("exec"),
        IOPRIO("ionice"),
        RLIMIT("rlimit"),
        USER("user");

        private static final Step[] ALL = values();

        private final String text;

        Step(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static Step ofNumber(int number) {
            return number >= 1 && number <= ALL.length ? ALL[number - 1] : ARGUMENTS;
        }
    }
}
