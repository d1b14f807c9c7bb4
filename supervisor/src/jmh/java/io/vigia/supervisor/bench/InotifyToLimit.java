package io.vigia.supervisor.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * As {@link WakeToLimit}, from the word of inotify, on a {@link PlainTree} beside the host's own hierarchy. What differs from a v2 tree is
 * the time that the kernel takes for a file, in the floor as well. Target: p99 of at most 5 ms.
 */
public final class InotifyToLimit {
    private static final int TOGETHER = 3;
    private static final int ROUNDS = 300;
    private static final int FLOOR_ROUNDS = 100;
    private static final int WARM_UP = 2_000;
    private static final String CONDITION = "{memory_event: {event: oom_kill, count: 1, per: 2s}}";
    private static final String CONFIG = "observe: [\"/**\"]\nenforce: [\"/**\"]\n";

    private static final long SETTLE_MILLIS = 2_500;
    private static final long ACT_MILLIS = 300;
    private static final long FLOOR_MILLIS = 500;

    private InotifyToLimit() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "InotifyToLimit",
                "./vigia serve on a folder of plain files in place of cgroup v2; " + TOGETHER + " policies, " + ROUNDS
                        + " rounds: put as a file, " + SETTLE_MILLIS
                        + " ms later a kill is written to memory.events of their groups, one after the other;"
                        + " reactionUsec of each decision, from epoll's return to the limit read back; floor: poll(2)"
                        + " of inotify, open, write, close");
        try (Workplace place = new Workplace();
                PlainTree tree = PlainTree.make(place.folder)) {
            List<Path> watched = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                watched.add(tree.group("watched" + i));
                Path unused = tree.group("batch" + i);
            }
            warmUp(Files.createDirectories(place.folder.resolve("aside")));
            List<Long> reactions = new ArrayList<>();
            try (Served vigia = Served.start(tree.inside(), place.folder, CONFIG, List.of(), Map.of())) {
                for (int round = 0; round < ROUNDS; round++) {
                    ThrottlePolicies.put(Served.config(place.folder), round, TOGETHER, CONDITION, "/watched", "/batch");
                    pause(SETTLE_MILLIS);
                    for (Path group : watched) {
                        PlainTree.kills(group, round + 1);
                    }
                    pause(ACT_MILLIS);
                    reactions.addAll(vigia.reactions(ThrottlePolicies.names(round)));
                }
            }
            List<Long> floor = floor(place, watched);
            Spread all = Spread.of(reactions);
            Spread least = Spread.of(floor);
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, poll and write"));
            Machine.say(all.row("vigia, inotify's word to limit"));
            Machine.say(Spread.of(reactions.subList(0, TOGETHER)).row("vigia, the first round"));
            Machine.say(Spread.of(reactions.subList(reactions.size() / 2, reactions.size()))
                    .row("vigia, the second half"));
            Machine.say(reactions.size() + " of " + TOGETHER * ROUNDS + " acted; ratio of p99 "
                    + Spread.ratio(all.p99(), least.p99()) + ", of p50 " + Spread.ratio(all.p50(), least.p50())
                    + "; target p99 5 ms: " + (all.p99() <= 5_000_000 ? "met" : "not met")
                    + "; load average at the end " + Machine.load());
        }
    }

    /** Where vigia does not look: that this JVM compiles what it does for a kill takes no CPU from the first reactions. */
    private static void warmUp(Path aside) throws Exception {
        Files.createFile(aside.resolve("memory.events"));
        for (int i = 0; i < WARM_UP; i++) {
            PlainTree.kills(aside, i);
        }
    }

    private static List<Long> floor(Workplace place, List<Path> watched) throws Exception {
        CProgram program = CProgram.compile(place.folder, "memoryfloor");
        List<String> command = new ArrayList<>(List.of(Integer.toString(TOGETHER * FLOOR_ROUNDS)));
        for (Path group : watched) {
            String events = group.resolve("memory.events").toString();
            String limit = group.resolve("cpu.max").toString();
            command.addAll(List.of(events, "-", events, limit, "50000 100000"));
        }
        CompletableFuture<List<String>> lines = CompletableFuture.supplyAsync(() -> {
            try {
                return program.run(155, List.of(), command.toArray(String[]::new));
            } catch (java.io.IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int kills = ROUNDS + 1; !lines.isDone(); kills++) {
            pause(FLOOR_MILLIS);
            for (Path group : watched) {
                PlainTree.kills(group, kills);
            }
        }
        return lines.get(1, TimeUnit.SECONDS).stream()
                .map(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
