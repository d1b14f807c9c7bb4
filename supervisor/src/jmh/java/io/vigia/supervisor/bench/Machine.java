package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.HierarchyProbe;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

/** What a result is worth nothing without: where and when it was measured. */
final class Machine {
    private Machine() {}

    static void print(String title, String method) throws IOException {
        say("## " + title);
        say("machine  " + processor() + ", " + Runtime.getRuntime().availableProcessors() + " CPUs, "
                + field("/proc/meminfo", "MemTotal") + ", Linux " + System.getProperty("os.version") + ", hierarchy "
                + HierarchyProbe.ofHost().getClass().getSimpleName());
        say("java     " + System.getProperty("java.vm.name") + " " + Runtime.version() + " "
                + ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(argument -> argument.startsWith("-X"))
                        .collect(Collectors.joining(" ")));
        say("when     " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ", load average at the start " + load());
        say("method   " + method);
    }

    /** Of the last minute, five and fifteen. */
    static String load() throws IOException {
        String[] parts = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
        return parts[0] + " " + parts[1] + " " + parts[2];
    }

    /** Kernel memory in slabs, in kB. */
    static long slabKilobytes() throws IOException {
        return kilobytes("/proc/meminfo", "Slab");
    }

    /** A field like {@code VmRSS: 123 kB}. */
    static long kilobytes(String file, String name) throws IOException {
        return Long.parseLong(field(file, name).replace(" kB", "").strip());
    }

    private static String processor() throws IOException {
        return field("/proc/cpuinfo", "model name");
    }

    static String field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("?");
    }

    static void say(String line) {
        System.out.println(line);
    }
}
