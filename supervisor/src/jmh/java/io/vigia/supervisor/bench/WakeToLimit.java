package io.vigia.supervisor.bench;

import io.prometheus.client.CollectorRegistry;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * From the wake-up by a pressure trigger to the limit written and read back, through policy engine, survey, journalled lease and
 * executor, beside poll and write in C. Target: p99 of at most 5 ms.
 *
 * <p>Pressure is made by the pressed groups' own loops, which share one CPU and together have no more than three quarters of
 * it, so that the other one stays free. A quota alone makes none: Linux 6.18 does not count those it holds back.
 */
public final class WakeToLimit {
    private static final int GROUPS = 3;
    private static final int ROUNDS = 34;
    private static final String SPIN =
            "[sh, -c, 'taskset -cp 0 $$ >/dev/null; for n in 1 2 3 4; do (while :; do :; done) & done; wait']";
    private static final String TRIGGER = "some 200000 2000000";

    private WakeToLimit() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "WakeToLimit",
                GROUPS + " groups of four loops on one CPU under a quota of 25 % of it, " + ROUNDS
                        + " rounds of a policy for each: cpu pressure some above 10 % of 2 s throttles a group of its"
                        + " own; vigia_reaction_seconds from epoll's return to the limit read back; floor: poll(2),"
                        + " open, write, close");
        try (Workplace place = new Workplace()) {
            List<Long> reactions = new ArrayList<>();
            List<Long> floor;
            try (BenchNode vigia = new BenchNode(Files.createDirectory(place.folder.resolve("state")), place.parent)) {
                for (int i = 0; i < GROUPS; i++) {
                    vigia.groups(List.of(
                            group("pressed" + i, SPIN, "{cpu.max: 25%}"),
                            group("batch" + i, "[sleep, '600']", "{pids.max: 20}")));
                }
                for (int round = 0; round < ROUNDS; round++) {
                    reactions.addAll(round(vigia, place, round));
                }
                floor = floor(place);
            }
            Spread all = Spread.of(reactions);
            Spread least = Spread.of(floor);
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, poll and write"));
            Machine.say(all.row("vigia, PSI trigger to limit"));
            Machine.say(Spread.of(reactions.subList(GROUPS, reactions.size())).row("vigia, without the first round"));
            Machine.say("ratio of p99 to the floor " + Spread.ratio(all.p99(), least.p99()) + "; target p99 5 ms: "
                    + (all.p99() <= 5_000_000 ? "met" : "not met") + "; load average at the end " + Machine.load());
        }
    }

    private static List<Long> round(BenchNode vigia, Workplace place, int round) throws Exception {
        BlockingQueue<String> acted = new LinkedBlockingQueue<>();
        List<String> policies = new ArrayList<>();
        for (int i = 0; i < GROUPS; i++) {
            policies.add(String.format(
                    Locale.ROOT, """
                    apiVersion: vigia.io/v1
                    kind: Policy
                    metadata: {name: p%d-%d}
                    spec:
                      target: {path: "%s/pressed%d"}
                      when: {pressure: {resource: cpu, kind: some, above: 10%%, window: 2s}}
                      ladder:
                        - throttle: {victims: {path: "%s/batch%d"}, cpu.max: %d%%}
                      relief: {below: 5%%, for: 60s}
                    """, round, i, place.parent.text(), i, place.parent.text(), i, 50 - round));
        }
        List<Long> reactions = new ArrayList<>();
        CollectorRegistry meters = vigia.meters.collectors();
        try (AutoCloseable unused = vigia.node
                .journal()
                .subscribe(batch -> batch.stream()
                        .filter(event -> event.type().equals("policy.acted"))
                        .forEach(event -> acted.add(event.json())))) {
            double count = sample(meters, "count");
            double sum = sample(meters, "sum");
            vigia.policies(policies);
            while (reactions.size() < GROUPS && acted.poll(12, TimeUnit.SECONDS) != null) {
                double nowCount = sample(meters, "count");
                double nowSum = sample(meters, "sum");
                // Two at a moment can only be told by their mean.
                for (int i = 0; i < nowCount - count; i++) {
                    reactions.add((long) ((nowSum - sum) / (nowCount - count) * 1e9));
                }
                count = nowCount;
                sum = nowSum;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            BenchNode.get(vigia.node.control().deletePolicy("p" + round + "-" + i, false));
        }
        if (reactions.size() < GROUPS) {
            Machine.say("round " + round + ": only " + reactions.size() + " of " + GROUPS + " policies acted");
        }
        return reactions;
    }

    private static double sample(CollectorRegistry meters, String suffix) {
        return Objects.requireNonNullElse(meters.getSampleValue("vigia_reaction_seconds_" + suffix), 0.0);
    }

    private static List<Long> floor(Workplace place) throws Exception {
        CProgram program = CProgram.compile(place.folder, "psifloor");
        List<String> command = new ArrayList<>(List.of(Integer.toString(GROUPS * ROUNDS), TRIGGER));
        boolean hybrid = place.cgroups.kind() == HierarchyKind.HYBRID;
        for (int i = 0; i < GROUPS; i++) {
            CgroupPath pressed = place.parent.child("pressed" + i);
            CgroupPath batch = place.parent.child("batch" + i);
            command.add(existing(place, pressed, "").resolve("cpu.pressure").toString());
            command.add(existing(place, batch, hybrid ? "cpu" : "")
                    .resolve(hybrid ? "cpu.cfs_quota_us" : "cpu.max")
                    .toString());
            command.add(hybrid ? "40000" : "40000 100000");
            place.open(batch).writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuUnlimited(100_000));
        }
        return program.run(155, List.of(), command.toArray(String[]::new)).stream()
                .map(Long::parseLong)
                .toList();
    }

    private static Path existing(Workplace place, CgroupPath path, String controller) throws IOException {
        Path found = place.directory(path, controller);
        if (found == null) {
            throw new IOException("no directory of " + path + " in the hierarchy of " + controller);
        }
        return found;
    }

    private static String group(String name, String command, String limits) {
        return String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              limits: %s
              containers:
                - name: main
                  namespaces: []
                  command: %s
                  stop: {signal: KILL, grace: 1s}
            """, name, limits, command);
    }
}
