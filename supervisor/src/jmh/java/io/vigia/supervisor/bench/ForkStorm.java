package io.vigia.supervisor.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.ProcConnector;
import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * 16,000 forks a second for a second, as the proc connector tells them, beside the count of the programs that made them. Nothing
 * may be missing without being counted, with the buffer that vigia uses and with a small one and a loop that stalls; and in the whole
 * of {@code vigia serve}, which tells and journals each fork and each end.
 */
public final class ForkStorm {
    private static final int RATE = 16_000;
    private static final int PROGRAMS = 2;
    private static final int SMALL_BUFFER = 64 * 1024;

    private ForkStorm() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "ForkStorm",
                PROGRAMS + " C programs fork " + RATE + " children a second between them for a second; each fork that"
                        + " they made is looked for among the events of the connector");
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true))
                .build();
        try (Workplace place = new Workplace()) {
            CProgram storm = CProgram.compile(place.folder, "forkstorm");
            storm(vertx, storm, ProcConnector.DEFAULT_BUFFER_BYTES, false);
            storm(vertx, storm, SMALL_BUFFER, true);
            served(place, storm);
            Machine.say("load average at the end " + Machine.load());
        } finally {
            BenchNode.get(vertx.close());
        }
    }

    /** Of the storm's programs; loop thread only. */
    private static final class Tally {
        final Set<Integer> programs = new HashSet<>();
        final Set<Integer> children = new HashSet<>();
        long forks;
        long exits;
        long declared;

        void take(KernelEvent event) {
            switch (event) {
                case KernelEvent.ProcessForked fork -> {
                    if (programs.contains(fork.parentPid())) {
                        forks++;
                        children.add(fork.pid());
                    }
                }
                // The kernel says parent 0 of a child that was reaped before it could tell (a few in 16,000).
                case KernelEvent.ProcessExited exit ->
                    exits += children.remove(exit.pid()) || programs.contains(exit.parentPid()) ? 1 : 0;
                case KernelEvent.EventsLost loss -> declared += loss.count();
                default -> {}
            }
        }
    }

    private static void storm(Vertx vertx, CProgram program, int buffer, boolean stall) throws Exception {
        EpollKernelLoop loop = EpollKernelLoop.create(vertx);
        Tally tally = new Tally();
        CompletableFuture<Support> probed = new CompletableFuture<>();
        ProcConnector connector = call(
                loop,
                () -> ProcConnector.start(loop, new JnaSyscalls(), buffer, tally::take, lost -> {}, probed::complete));
        Support support = probed.get(10, TimeUnit.SECONDS);
        if (connector == null || !support.usable()) {
            Machine.say("not measured, no proc connector here: " + support);
            return;
        }
        try (Storm storm = Storm.waiting(program)) {
            for (Process each : storm.programs) {
                call(loop, () -> tally.programs.add((int) each.pid()));
            }
            storm.begin();
            if (stall) {
                loop.execute(() -> LockSupport.parkNanos(300_000_000));
            }
            report(loop, connector, tally, storm.made(), buffer);
        } finally {
            call(loop, () -> {
                connector.close();
                return true;
            });
        }
    }

    private static void report(KernelLoop loop, ProcConnector connector, Tally tally, Made storm, int buffer)
            throws Exception {
        long made = storm.forks;
        // A loss at the end shows with the next message of each CPU: other processes see to that.
        long forks = -1;
        for (int quiet = 0; quiet < 5; quiet++) {
            LockSupport.parkNanos(200_000_000);
            long now = call(loop, () -> tally.forks + tally.exits);
            quiet = now == forks ? quiet : 0;
            forks = now;
        }
        long lost = call(loop, connector::lost);
        long received = call(loop, connector::received);
        long missing = 2 * made - call(loop, () -> tally.forks + tally.exits);
        Machine.say(String.format(
                Locale.ROOT,
                "buffer %d kB: %s; seen %d forks, %d exits of them; of all %d messages received, %d lost by sequence"
                        + " number, %d declared",
                buffer / 1024,
                storm,
                call(loop, () -> tally.forks),
                call(loop, () -> tally.exits),
                received,
                lost,
                call(loop, () -> tally.declared)));
        // The kernel numbers all messages of a CPU: losses of other processes' messages count, too.
        Machine.say("  " + missing + " messages of the storm not seen: "
                + (missing == 0 && lost == 0
                        ? "nothing lost"
                        : missing <= lost
                                ? "loss counted, " + (lost - missing) + " of others"
                                : "LOST WITHOUT A WORD"));
    }

    private static void served(Workplace place, CProgram program) throws Exception {
        CgroupPath group = place.parent.child("storm");
        var unused = place.cgroups.create(group);
        Path directory = Objects.requireNonNull(place.directory(group, ""));
        String config =
                "observe: [\"" + place.parent.text() + "/**\"]\nprocesses: {events: [\"" + group.text() + "\"]}\n";
        try (Storm storm = Storm.waiting(program)) {
            for (Process each : storm.programs) {
                Files.writeString(directory.resolve("cgroup.procs"), Long.toString(each.pid()));
            }
            Path folder = Files.createDirectories(place.folder.resolve("served"));
            List<String> options = List.of("--parent", place.parent.child("own").text());
            try (Served vigia = Served.start(List.of(), folder, config, options, Map.of())) {
                Counts before = Counts.of(vigia);
                storm.begin();
                Made made = storm.made();
                long ended = System.nanoTime();
                Counts after = Counts.of(vigia);
                // A loss at the end shows with the next message of each CPU: other processes see to that.
                for (int quiet = 0; quiet < 5; quiet++) {
                    LockSupport.parkNanos(200_000_000);
                    Counts now = Counts.of(vigia);
                    quiet = now.equals(after) ? quiet : 0;
                    after = now;
                }
                report(made, after.since(before), (System.nanoTime() - ended) / 1e9 - 1);
            }
        }
    }

    private static void report(Made made, Counts counts, double seconds) {
        // The programs end, too.
        long missing = 2 * made.forks + PROGRAMS - counts.forked - counts.exited;
        Machine.say(String.format(
                Locale.ROOT,
                "./vigia serve: %s; in the journal %d forks and %d exits, at most %.1f s after the last; lost %d"
                        + " messages of the connector, %d events of the journal",
                made,
                counts.forked,
                counts.exited,
                seconds,
                counts.connector,
                counts.journal));
        long counted = counts.connector + counts.journal;
        Machine.say("  " + missing + " events of the storm not told: "
                + (missing == 0 && counted == 0
                        ? "nothing lost"
                        : missing <= counted
                                ? "loss counted, " + (counted - missing) + " of others"
                                : "LOST WITHOUT A WORD"));
    }

    /** What vigia's metrics say. */
    private record Counts(long forked, long exited, long connector, long journal) {
        static Counts of(Served vigia) throws IOException {
            List<String> lines = new String(Http.get(vigia.port(), "/metrics"), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return new Counts(
                    (long) value(lines, "vigia_events_total{type=\"process.forked\""),
                    (long) value(lines, "vigia_events_total{type=\"process.exited\""),
                    (long) value(lines, "vigia_events_lost_total{source=\"connector\""),
                    (long) value(lines, "vigia_events_lost_total{source=\"journal\""));
        }

        private static double value(List<String> lines, String series) throws IOException {
            return lines.stream()
                    .filter(line -> line.startsWith(series))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + series + " in /metrics"));
        }

        Counts since(Counts before) {
            return new Counts(
                    forked - before.forked,
                    exited - before.exited,
                    connector - before.connector,
                    journal - before.journal);
        }
    }

    /** What the programs of a storm made together. */
    private record Made(long forks, long nanos) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "made %d forks in %.3f s (%.0f a second)", forks, nanos / 1e9, forks / (nanos / 1e9));
        }
    }

    /** The programs, which wait for a word. */
    private record Storm(List<Process> programs) implements AutoCloseable {
        static Storm waiting(CProgram program) throws IOException {
            List<Process> started = new ArrayList<>();
            for (int i = 0; i < PROGRAMS; i++) {
                started.add(program.start(Integer.toString(RATE / PROGRAMS), "1"));
            }
            return new Storm(started);
        }

        void begin() throws IOException {
            for (Process each : programs) {
                each.outputWriter().write("\n");
                each.outputWriter().flush();
            }
        }

        /** Waits until they are done. */
        Made made() throws IOException {
            long forks = 0;
            long nanos = 0;
            for (Process each : programs) {
                String[] parts = String.valueOf(each.inputReader().readLine()).split(" ", -1);
                forks += Long.parseLong(parts[0]);
                nanos = Math.max(nanos, Long.parseLong(parts[1]));
            }
            return new Made(forks, nanos);
        }

        @Override
        public void close() {
            programs.forEach(Process::destroyForcibly);
        }
    }

    private interface Question<T extends @Nullable Object> {
        T ask() throws IOException;
    }

    private static <T extends @Nullable Object> T call(KernelLoop loop, Question<T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.ask());
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get(20, TimeUnit.SECONDS);
    }
}
