package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.Cgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a policy on the memory of 300 groups costs, of which the kernel tells nothing: a look at each every second. */
public final class PolicyLooks {
    private static final int GROUPS = 300;
    private static final int SETTLE_SECONDS = 15;
    private static final int SECONDS = 20;
    private static final int PASSES = 50;
    /** USER_HZ of /proc/PID/stat on every architecture that vigia is for. */
    private static final long TICK_NANOS = 10_000_000;

    private PolicyLooks() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "PolicyLooks",
                "./vigia serve, " + GROUPS + " groups; CPU time of all its threads in " + SECONDS + " s, after "
                        + SETTLE_SECONDS + " s, without a policy and with one that asks for memory above 99 % of"
                        + " memory.max; floor: pread in C of use and limit of each group, held open,"
                        + " once for each second");
        try (Workplace place = new Workplace()) {
            List<String> files = new ArrayList<>();
            for (int i = 0; i < GROUPS; i++) {
                files.addAll(files(place.cgroups.create(place.parent.child("g" + i))));
            }
            List<String> floor = CProgram.compile(place.folder, "readfloor").run(50, files, Integer.toString(PASSES));
            Spread least = Spread.of(floor.stream().skip(1).map(Long::parseLong).toList());
            long without = perSecond(place, Files.createDirectory(place.folder.resolve("without")), "");
            long with = perSecond(place, Files.createDirectory(place.folder.resolve("with")), """
                apiVersion: vigia.io/v1
                kind: Policy
                metadata: {name: looks}
                spec:
                  target: {path: "PARENT/*"}
                  when: {memory: {above: 99%}}
                  ladder: [{notify: {}}]
                """.replace(
                            "PARENT", place.parent.text()));
            Machine.say(Spread.header());
            Machine.say(least.row(
                    "floor: C, CPU for each second (" + floor.getFirst().replace(" ", " files, ") + " bytes)"));
            Machine.say("vigia, CPU for each second: " + Spread.millis(without) + " ms without, "
                    + Spread.millis(with) + " ms with the policy: " + Spread.ratio(with - without, least.p50())
                    + " of the floor; load average at the end " + Machine.load());
        }
    }

    private static List<String> files(Cgroup group) {
        List<String> folders = new ArrayList<>(List.of(group.entry().v2Directory()));
        group.entry().v1TasksFiles().forEach(tasks -> folders.add(tasks.substring(0, tasks.lastIndexOf('/'))));
        return Stream.of("memory.current", "memory.max", "memory.usage_in_bytes", "memory.limit_in_bytes")
                .flatMap(file -> folders.stream().map(folder -> folder + "/" + file))
                .filter(file -> Files.exists(Path.of(file)))
                .toList();
    }

    private static long perSecond(Workplace place, Path folder, String policy) throws Exception {
        Path policies = Files.createDirectories(Served.config(folder).resolve("policies.d"));
        if (!policy.isEmpty()) {
            Files.writeString(policies.resolve("looks.yaml"), policy);
        }
        try (Served served = Served.below(place, folder, Map.of())) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SETTLE_SECONDS));
            long before = processor(served);
            long began = System.nanoTime();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
            long spent = processor(served) - before;
            return Math.round(spent * 1e9 / (System.nanoTime() - began));
        }
    }

    /** utime and stime of proc_pid_stat(5). */
    private static long processor(Served served) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + served.process().pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
    }
}
