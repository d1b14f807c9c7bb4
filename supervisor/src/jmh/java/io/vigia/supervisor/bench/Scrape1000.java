package io.vigia.supervisor.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Processor time of a scrape of 1,000 groups over HTTP, beside the same files read once in C. Target: at most 60 ms.
 *
 * <p>First argument: {@code filled} puts a process into each group; by default they are empty, and much need not be read.
 */
public final class Scrape1000 {
    private static final int GROUPS = 1000;
    private static final int WARM_UP = 30;
    private static final int SCRAPES = 30;

    private Scrape1000() {}

    public static void main(String[] arguments) throws Exception {
        boolean filled = List.of(arguments).contains("filled");
        Machine.print(
                "Scrape1000",
                GROUPS
                        + (filled ? " observed groups with a process each" : " empty observed groups")
                        + " in every hierarchy, /metrics over loopback TCP, CPU time of the whole"
                        + " process less that of the reading"
                        + " thread;"
                        + " " + WARM_UP + " scrapes of warm-up, then " + SCRAPES
                        + "; floor: pread in C of the files that vigia holds open, once each");
        try (Workplace place = new Workplace()) {
            List<CgroupPath> groups = new ArrayList<>();
            for (int i = 0; i < GROUPS; i++) {
                groups.add(place.parent.child("g" + i));
                Cgroup group = place.cgroups.create(groups.getLast());
                if (filled) {
                    place.fill(group);
                }
            }
            List<String> files;
            List<Long> warm = new ArrayList<>();
            List<Long> processor = new ArrayList<>();
            List<Long> wall = new ArrayList<>();
            long bytes = 0;
            try (BenchNode vigia = new BenchNode(Files.createDirectory(place.folder.resolve("state")), place.parent)) {
                for (int i = 0; i < WARM_UP + SCRAPES; i++) {
                    long began = System.nanoTime();
                    long before = processNanos() - threadNanos();
                    bytes = Http.get(vigia.node.port(), "/metrics").length;
                    (i < WARM_UP ? warm : processor).add(processNanos() - threadNanos() - before);
                    if (i >= WARM_UP) {
                        wall.add(System.nanoTime() - began);
                    }
                }
                files = place.heldFiles(groups);
            }
            List<String> floor = CProgram.compile(place.folder, "readfloor").run(50, files, Integer.toString(SCRAPES));
            Spread least = Spread.of(floor.stream().skip(1).map(Long::parseLong).toList());
            Spread measured = Spread.of(processor);
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, CPU (" + floor.getFirst().replace(" ", " files, ") + " bytes)"));
            Machine.say(Spread.of(warm).row("vigia, CPU, warming up"));
            Machine.say(measured.row("vigia, CPU"));
            Machine.say(Spread.of(wall).row("vigia, wall"));
            Machine.say(
                    "exposition " + bytes + " bytes; ratio of the medians " + Spread.ratio(measured.p50(), least.p50())
                            + "; target 60 ms of CPU (median): " + (measured.p50() <= 60_000_000 ? "met" : "not met")
                            + "; load average at the end " + Machine.load());
        }
    }

    private static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
