package io.vigia.supervisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What 1,000 idle groups cost: wake-ups a second, resident memory, and kernel memory. Targets: at most 2 wake-ups a second, 110 MB.
 */
public final class Idle1000 {
    private static final int GROUPS = 1000;
    private static final int SETTLE_SECONDS = 8;
    private static final int SECONDS = 20;

    private Idle1000() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "Idle1000",
                GROUPS + " empty observed groups in every hierarchy, a child of its own JVM with the launcher's flags, "
                        + SETTLE_SECONDS + " s to settle, nobody asks anything, then " + SECONDS
                        + " s: voluntary context switches of all its threads; Slab of /proc/meminfo for the whole"
                        + " machine");
        try (Workplace place = new Workplace()) {
            long slabBefore = Machine.slabKilobytes();
            for (int i = 0; i < GROUPS; i++) {
                var unused = place.cgroups.create(place.parent.child("g" + i));
            }
            long slabMade = Machine.slabKilobytes();
            try (Served served = Served.below(place, place.folder, Map.of())) {
                measure(served, slabBefore, slabMade);
            }
            Machine.say("load average at the end " + Machine.load());
        }
    }

    private static void measure(Served served, long slabBefore, long slabMade) throws IOException {
        long pid = served.process().pid();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SETTLE_SECONDS));
        Map<String, Long> before = switches(pid);
        long began = System.nanoTime();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Long> after = switches(pid);
        long woken = 0;
        List<String> who = new ArrayList<>();
        for (Map.Entry<String, Long> thread : after.entrySet()) {
            long delta = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            woken += delta;
            if (delta > 1) {
                who.add(thread.getKey() + " " + delta);
            }
        }
        double rate = woken / seconds;
        String status = "/proc/" + pid + "/status";
        long rss = Machine.kilobytes(status, "VmRSS");
        long threads = Long.parseLong(Machine.field(status, "Threads"));
        Machine.say(
                "./vigia serve: " + String.format(Locale.ROOT, "%.2f", rate) + " wake-ups/s (" + String.join(", ", who)
                        + "), " + threads + " threads, RSS " + rss * 1024 / 1_000_000 + " MB (anonymous "
                        + Machine.kilobytes(status, "RssAnon") * 1024 / 1_000_000 + " MB), ready after "
                        + Spread.millis(served.readyNanos()) + " ms");
        long slab = Machine.slabKilobytes();
        Machine.say("slab of the machine: " + slabBefore + " kB before, " + slabMade + " kB with the groups, " + slab
                + " kB with vigia: " + (slab - slabMade) + " kB for vigia (others on the machine count, too)");
        Machine.say("target 2 wake-ups/s: " + (rate <= 2 ? "met" : "not met") + "; target RSS 110 MB: "
                + (rss * 1024 <= 110_000_000 ? "met" : "not met"));
    }

    /** By thread name and id. */
    private static Map<String, Long> switches(long pid) throws IOException {
        Map<String, Long> all = new java.util.TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                String status = task.resolve("status").toString();
                Long count = count(status);
                if (count != null) {
                    all.put(Machine.field(status, "Name") + "/" + task.getFileName(), count);
                }
            }
        }
        return all;
    }

    private static @Nullable Long count(String status) {
        try {
            return Long.parseLong(Machine.field(status, "voluntary_ctxt_switches"));
        } catch (IOException e) {
            // The thread ended meanwhile.
            return null;
        }
    }
}
