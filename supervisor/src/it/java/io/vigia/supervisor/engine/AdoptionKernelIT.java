package io.vigia.supervisor.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.guest.Patience;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.supervise.ContainerState;
import io.vigia.supervisor.supervise.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kill -9 of an engine, and what the next one makes of what is left. */
class AdoptionKernelIT extends KilledEngine {
    private static final String LIMITED =
            EngineHost.manifest("g", "{pids.max: 50}", "[{name: a, namespaces: [], command: [sleep, \"1004\"]}]");

    @ParameterizedTest
    @ValueSource(strings = {"running", "spawned"})
    void takesOverTheSameProcess(String moment) throws Exception {
        runAndKill(one("sleep 1001; exit 3", ""), moment);
        int root = processes().getFirst();
        EngineHost host = takeOver();
        assertEquals(root, host.container("g", "a").pid());
        await().atMost(BOUND).until(() -> host.events("container.adopted", "a").size() == 1);
        assertEquals(0, host.events("container.started", "a").size());
        host.run(() -> host.groups.stop("g"));
        await().atMost(BOUND).until(() -> host.events("container.exited", "a").size() == 1);
        assertEquals("stopped", host.events("container.exited", "a").getFirst().getString("reason"));
    }

    @Test
    void learnsHowAnAdoptedProcessEnded() throws Exception {
        JnaProcessCalls calls = new JnaProcessCalls(new JnaSyscalls());
        // What the killed vigia started becomes ours, as it does where vigia runs in an init's place.
        calls.setSubreaper(true);
        try {
            Path go = stateDir.resolve("go");
            runAndKill(
                    one("while [ ! -e " + go + " ]; do sleep 0.05; done; exit 3", ", restart: {policy: never}"),
                    "running");
            EngineHost host = takeOver();
            Files.createFile(go);
            await().atMost(BOUND)
                    .until(() -> host.events("container.exited", "a").size() == 1);
            JsonObject end = host.events("container.exited", "a").getFirst();
            assertEquals("exited", end.getString("reason"));
            assertEquals(3, end.getInteger("exitCode"));
        } finally {
            calls.setSubreaper(false);
        }
    }

    /** What was changed since the manifest was applied, by whomever, is no mistake that a start has to mend. */
    @Test
    void leavesLimitsAsItFindsThem() throws Exception {
        runAndKill(LIMITED, "running");
        LimitValue changed = new LimitValue.Amount(30);
        Objects.requireNonNull(around).limit(parent.child("g"), LimitFile.PIDS_MAX, changed);
        takeOver();
        assertEquals(changed, around.limit(parent.child("g"), LimitFile.PIDS_MAX));
    }

    @Test
    void writesLimitsThatACrashKeptFromBeingWritten() throws Exception {
        runAndKill(LIMITED, "running");
        Objects.requireNonNull(around).limit(parent.child("g"), LimitFile.PIDS_MAX, new LimitValue.Amount(30));
        around.limit(parent.child("g"), LimitFile.MEMORY_MAX, new LimitValue.Amount(64L << 20));
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(stateDir, "it", Duration.ofDays(1), 64L << 20))) {
            JsonObject record = Objects.requireNonNull(journal.get(Store.Table.GROUPS, "g"));
            assertTrue(record.getBoolean("settled"));
            record.put("settled", false).put("replaced", LIMITED.replace("pids.max: 50", "memory.max: 64Mi"));
            var unsettled = journal.put(Store.Table.GROUPS, "g", record);
            await().atMost(BOUND).until(unsettled::succeeded);
        }
        takeOver();
        assertEquals(new LimitValue.Amount(50), around.limit(parent.child("g"), LimitFile.PIDS_MAX));
        assertEquals(
                new LimitValue.Max(),
                around.limit(parent.child("g"), LimitFile.MEMORY_MAX),
                "only the one before had it");
    }

    @Test
    void tellsThatAnEndNobodySawIsUnknown() throws Exception {
        runAndKill(one("sleep 1002", ", restart: {policy: never}"), "running");
        for (int pid : processes()) {
            assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        }
        await().atMost(BOUND).until(() -> processes().isEmpty());
        EngineHost host = takeOver();
        await().atMost(BOUND).until(() -> host.events("container.exited", "a").size() == 1);
        JsonObject end = host.events("container.exited", "a").getFirst();
        assertEquals("unknown", end.getString("reason"));
        assertFalse(end.containsKey("exitCode"));
    }

    @Test
    void finishesAStop() throws Exception {
        runAndKill(one("trap '' TERM; while :; do sleep 1; done", ", stop: {grace: 3s}"), "stopping");
        EngineHost host = takeOver();
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals("stopped"));
        assertEquals(0, host.events("container.started", "a").size());
    }

    /** The crash comes when the container is forgotten and its group is not. */
    @Test
    void beginsNothingAnewInADelete() throws Exception {
        runAndKill(one("while :; do sleep 1; done", ", stop: {signal: WINCH, grace: 60s}"), "deleting");
        for (int pid : processes()) {
            assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        }
        await().atMost(BOUND).until(() -> processes().isEmpty());
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(stateDir, "it", Duration.ofDays(1), 64L << 20))) {
            var deleted = journal.delete(Store.Table.CONTAINERS, "g/a");
            await().atMost(BOUND).until(deleted::succeeded);
        }
        EngineHost host = takeOver();
        await().atMost(BOUND)
                .until(() -> host.run(() -> io.vertx.core.Future.succeededFuture(host.groups.names()))
                        .equals(java.util.Set.of("other")));
        assertEquals(0, host.events("container.started", "a").size());
    }

    @Test
    void finishesADelete() throws Exception {
        // A signal that is ignored from the first instruction on, as a shell's trap is not, and a grace that outlasts
        // the kill.
        String stop = ", stop: {signal: WINCH, grace: " + Patience.seconds(3) + "s}";
        runAndKill(one("while :; do sleep 1; done", stop), "deleting");
        EngineHost host = takeOver();
        await().atMost(BOUND)
                .until(() -> host.run(() -> io.vertx.core.Future.succeededFuture(host.groups.names()))
                        .equals(java.util.Set.of("other")));
        assertTrue(host.cgroups.open(host.parent.child("g")).orNull() == null);
        assertEquals(0, host.events("container.started", "a").size());
        await().atMost(BOUND).until(() -> host.events("container.exited", "a").size() == 1);
        assertEquals("stopped", host.events("container.exited", "a").getFirst().getString("reason"));
    }

    @Test
    void countsRestartsForGivingUpOverAKill() throws Exception {
        runAndKill(one("exit 1", ", restart: {policy: always, backoff: 2s..2s, give_up: 1 in 5m}"), "backoff");
        EngineHost host = takeOver();
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals("failed"));
        assertEquals(1, host.container("g", "a").restarts());
    }

    /** Not before its time, as it is on disk and by the clock that it was written by, and once. */
    @Test
    void goesOnWithABackoff() throws Exception {
        Path starts = stateDir.resolve("starts");
        Duration backoff = Patience.of(4);
        String seconds = backoff.toSeconds() + "s";
        // Only the first start fails.
        String command = "date +%s%N >>" + starts + "; [ $(wc -l <" + starts + ") -gt 1 ] || exit 1; exec sleep 1004";
        runAndKill(one(command, ", restart: {policy: always, backoff: " + seconds + ".." + seconds + "}"), "backoff");
        ContainerState left = recorded();
        assertEquals(Phase.BACKOFF, left.phase(), "killed later than this test can use");
        Instant until = Objects.requireNonNull(left.until());
        assertEquals(1, starts(starts).size());
        Instant first = starts(starts).getFirst();
        assertFalse(until.isBefore(first.plus(backoff)), () -> "started at " + first + ", back-off until " + until);

        EngineHost host = takeOver();
        await().atMost(BOUND).until(() -> starts(starts).size() > 1);
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals("running"));
        assertEquals(1, host.container("g", "a").restarts());
        host.run(() -> host.groups.stop("g"));
        await().atMost(BOUND).until(() -> host.events("container.exited", "a").size() == 1);
        assertEquals(1, host.events("container.started", "a").size());
        List<Instant> all = starts(starts);
        assertEquals(2, all.size());
        // The wait is in whole milliseconds of another clock, which NTP does not slew.
        assertFalse(
                all.get(1).isBefore(until.minusMillis(20)),
                () -> "started at " + all.get(1) + ", back-off until " + until);
    }

    private static List<Instant> starts(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .map(nanos -> Instant.EPOCH.plusNanos(Long.parseLong(nanos)))
                .toList();
    }

    private ContainerState recorded() throws Exception {
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(stateDir, "it", Duration.ofDays(1), 64L << 20))) {
            return ContainerRecord.ofJson(Objects.requireNonNull(journal.get(Store.Table.CONTAINERS, "g/a")))
                    .state();
        }
    }
}
