package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long vigia takes to adopt 10,000 groups that are there when it starts, and what each costs on the heap, beside a watch and
 * a read for each in C. Targets: 2 s, 10 kB each.
 *
 * <p>First argument: {@code all} makes the groups in every v1 hierarchy, too (slow); by default they are in the v2 tree alone.
 */
public final class Adopt10000 {
    private static final int GROUPS = 10_000;
    private static final Pattern GROUPS_TOLD = Pattern.compile("\"groups\":(\\d+)");

    private Adopt10000() {}

    public static void main(String[] arguments) throws Exception {
        boolean everywhere = List.of(arguments).contains("all");
        Machine.print(
                "Adopt10000",
                GROUPS + " empty groups " + (everywhere ? "in every hierarchy" : "in the v2 tree alone")
                        + "; time of Node.start (journal, adoption, listening), with 100 groups first as warm-up and"
                        + " then with none; heap after a full collection; floor: inotify watch, stat, and"
                        + " cgroup.events opened and read in C");
        try (Workplace place = new Workplace()) {
            Started warm = start(place, place.parent.child("warm"), 100, everywhere);
            Started none = start(place, place.parent.child("none"), 0, everywhere);
            Started all = start(place, place.parent.child("all"), GROUPS, everywhere);
            Started after = start(place, place.parent.child("after"), 0, everywhere);
            // The first of the two still holds what the warm-up left; the smaller one makes the groups dearer.
            long without = Math.min(none.heap, after.heap);
            long floor = floor(place, place.parent.child("all"));
            Machine.say("start with 100 groups, cold JVM " + Spread.millis(warm.nanos) + " ms");
            Machine.say("start with none " + Spread.millis(none.nanos) + " ms; with " + GROUPS + " "
                    + Spread.millis(all.nanos) + " ms; difference " + Spread.millis(all.nanos - none.nanos)
                    + " ms; groups "
                    + all.adopted);
            Machine.say(
                    "floor: C " + Spread.millis(floor) + " ms; ratio " + Spread.ratio(all.nanos - none.nanos, floor));
            long each = (all.heap - without) / GROUPS;
            Machine.say(String.format(
                    Locale.ROOT,
                    "heap each %d bytes (%d kB with, %d kB without); slab %+d kB over the start, %.1f kB each",
                    each,
                    all.heap / 1024,
                    without / 1024,
                    all.slabKilobytes,
                    (double) all.slabKilobytes / GROUPS));
            Machine.say("target 2 s: " + (all.nanos <= 2_000_000_000L ? "met" : "not met") + "; target 10 kB each: "
                    + (each <= 10_240 ? "met" : "not met") + "; load average at the end " + Machine.load());
        }
    }

    private record Started(long nanos, long heap, long adopted, long slabKilobytes) {}

    private static Started start(Workplace place, CgroupPath parent, int groups, boolean everywhere) throws Exception {
        Cgroup unused = place.cgroups.create(parent);
        Path directory = place.directory(parent, "");
        if (directory == null) {
            throw new IOException("no v2 directory of " + parent);
        }
        for (int i = 0; i < groups; i++) {
            if (everywhere) {
                Cgroup ignored = place.cgroups.create(parent.child("g" + i));
            } else {
                Files.createDirectory(directory.resolve("g" + i));
            }
        }
        long slab = Machine.slabKilobytes();
        Path state = Files.createDirectory(place.folder.resolve("state-" + parent.name()));
        try (BenchNode vigia = new BenchNode(state, parent)) {
            long slabNow = Machine.slabKilobytes();
            long heap = heap();
            return new Started(vigia.startNanos, heap, adopted(vigia), slabNow - slab);
        }
    }

    /** What vigia itself told when it had started. */
    private static long adopted(BenchNode vigia) throws IOException {
        String events = new String(
                Http.get(vigia.node.port(), "/api/v1/events?since=0&type=supervisor.started"), StandardCharsets.UTF_8);
        Matcher matcher = GROUPS_TOLD.matcher(events);
        if (!matcher.find()) {
            throw new IOException("no supervisor.started with its number of groups: " + events);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static long heap() {
        // Two, as what the first frees may hold more; reference handling needs its moment.
        for (int i = 0; i < 2; i++) {
            ManagementFactory.getMemoryMXBean().gc();
            LockSupport.parkNanos(300_000_000);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long floor(Workplace place, CgroupPath parent) throws Exception {
        Path directory = place.directory(parent, "");
        String[] parts = CProgram.compile(place.folder, "watchfloor")
                .run(50, List.of(), String.valueOf(directory))
                .getFirst()
                .split(" ", -1);
        return Long.parseLong(parts[1]);
    }
}
