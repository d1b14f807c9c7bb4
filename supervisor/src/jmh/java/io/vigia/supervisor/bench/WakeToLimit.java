package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * From the wake-up by the kernel to the limit written and read back, through policy engine, survey, journalled lease and
 * executor of {@code ./vigia serve}, beside poll and write in C. Target: p99 of at most 5 ms.
 *
 * <p>Three policies fire at nearly one moment; with the argument {@code alone}, one. They wait for a pressure trigger; with {@code oom},
 * for a memory event.
 */
public final class WakeToLimit {
    private static final int TOGETHER = 3;
    private static final int ROUNDS = 34;
    /** The kernel speaks within 2 to 3 s; nothing is asked of vigia before most have acted. */
    private static final long FIRST_LOOK_MILLIS = 2_800;

    private static final long LOOK_MILLIS = 400;
    private static final int LOOKS = 25;

    private WakeToLimit() {}

    public static void main(String[] arguments) throws Exception {
        Set<String> asked = Set.of(arguments);
        int groups = asked.contains("alone") ? 1 : TOGETHER;
        Wake wake = asked.contains("oom") ? Wake.OOM : Wake.PRESSURE;
        Machine.print(
                "WakeToLimit",
                "./vigia serve, " + groups + " " + wake.method + "; " + ROUNDS
                        + " rounds of a policy for each, put as a file, which throttles a group of its own;"
                        + " reactionUsec of each decision, from epoll's return to the limit read back; floor: poll(2),"
                        + " open, write, close");
        try (Workplace place = new Workplace()) {
            List<Long> reactions = new ArrayList<>();
            List<List<Long>> floor;
            Path config = Served.config(place.folder);
            Files.createDirectory(config.resolve("policies.d"));
            Path manifests = Files.createDirectory(config.resolve("groups.d"));
            for (int i = 0; i < groups; i++) {
                Files.writeString(
                        manifests.resolve(i + ".yaml"),
                        group("pressed" + i, wake.script, wake.limits) + "---\n"
                                + group("batch" + i, "sleep 600", "{pids.max: 20}"));
            }
            try (Served vigia = Served.below(place, place.folder, Map.of())) {
                for (int round = 0; round < ROUNDS; round++) {
                    reactions.addAll(round(vigia, place, config, wake, groups, round));
                }
                floor = floor(place, wake, groups);
            }
            Spread all = Spread.of(reactions);
            Spread least = Spread.of(floor.getLast());
            Machine.say(Spread.header());
            for (int i = 0; i < floor.size(); i++) {
                Machine.say(Spread.of(floor.get(i))
                        .row("floor: C, poll and " + wake.floors().get(i)));
            }
            Machine.say(all.row("vigia, the kernel's word to limit"));
            Machine.say(Spread.of(reactions.subList(0, groups)).row("vigia, the first round"));
            Machine.say(Spread.of(reactions.subList(reactions.size() / 2, reactions.size()))
                    .row("vigia, the second half"));
            Machine.say("ratio of p99 to the last floor " + Spread.ratio(all.p99(), least.p99()) + "; target p99 5 ms: "
                    + (all.p99() <= 5_000_000 ? "met" : "not met") + "; load average at the end " + Machine.load());
        }
    }

    private static List<Long> round(Served vigia, Workplace place, Path config, Wake wake, int groups, int round)
            throws Exception {
        String parent = place.parent.text();
        ThrottlePolicies.put(config, round, groups, wake.condition, parent + "/pressed", parent + "/batch");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FIRST_LOOK_MILLIS));
        List<Long> reactions = List.of();
        for (int look = 0; look < LOOKS && reactions.size() < groups; look++) {
            reactions = vigia.reactions(ThrottlePolicies.names(round));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
        if (reactions.size() < groups) {
            Machine.say("round " + round + ": only " + reactions.size() + " of " + groups + " policies acted");
        }
        return reactions;
    }

    /** By what is measured, in the order of {@link Wake#floors()}. */
    private static List<List<Long>> floor(Workplace place, Wake wake, int groups) throws Exception {
        CProgram program = CProgram.compile(place.folder, wake.floorProgram());
        List<String> command = new ArrayList<>(List.of(Integer.toString(groups * ROUNDS)));
        command.addAll(wake.floorOptions());
        boolean hybrid = place.cgroups.kind() == HierarchyKind.HYBRID;
        for (int i = 0; i < groups; i++) {
            CgroupPath batch = place.parent.child("batch" + i);
            command.addAll(wake.floor(place, place.parent.child("pressed" + i)));
            command.add(Wake.file(place, batch, hybrid ? "cpu" : "", hybrid ? "cpu.cfs_quota_us" : "cpu.max"));
            command.add(hybrid ? "40000" : "40000 100000");
            place.open(batch).writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuUnlimited(100_000));
        }
        List<String[]> lines = program.run(155, List.of(), command.toArray(String[]::new)).stream()
                .map(line -> line.split(" ", -1))
                .toList();
        return IntStream.range(0, wake.floors().size())
                .mapToObj(
                        i -> lines.stream().map(line -> Long.parseLong(line[i])).toList())
                .toList();
    }

    private static String group(String name, String script, String limits) {
        return String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              limits: %s
              containers:
                - name: main
                  namespaces: []
                  command: [sh, -c, '%s']
                  stop: {signal: KILL, grace: 1s}
            """, name, limits, script);
    }
}
