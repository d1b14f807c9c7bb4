package io.vigia.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Load that presses itself: endless loops on one CPU, where they wait for each other. Other CPUs are left to vigia and to the test. */
final class BusyLoops {
    static final String SCRIPT =
            "taskset -cp " + aCpu() + " $$ >/dev/null; for n in 1 2 3; do (while :; do :; done) & done; wait";
    /** The same as a container's command. */
    static final String COMMAND = "[sh, -c, '" + SCRIPT + "']";

    private BusyLoops() {}

    /** The first that this process may use. Source: proc_pid_status(5). */
    private static String aCpu() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String allowed = lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findFirst()
                    .orElseThrow();
            return allowed.replaceFirst("\\D+(\\d+).*", "$1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
