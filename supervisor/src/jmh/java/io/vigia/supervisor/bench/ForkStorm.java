package io.vigia.supervisor.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.ProcConnector;
import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * 16,000 forks a second for a second, as the proc connector tells them, beside the count of the programs that made them. Nothing
 * may be missing without being counted, with the buffer that vigia uses and with a small one and a loop that stalls.
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
        List<Process> storms = new ArrayList<>();
        try {
            for (int i = 0; i < PROGRAMS; i++) {
                storms.add(program.start(Integer.toString(RATE / PROGRAMS), "1"));
            }
            for (Process each : storms) {
                call(loop, () -> tally.programs.add((int) each.pid()));
            }
            for (Process each : storms) {
                each.outputWriter().write("\n");
                each.outputWriter().flush();
            }
            if (stall) {
                loop.execute(() -> LockSupport.parkNanos(300_000_000));
            }
            long made = 0;
            long nanos = 0;
            for (Process each : storms) {
                String[] parts = String.valueOf(each.inputReader().readLine()).split(" ", -1);
                made += Long.parseLong(parts[0]);
                nanos = Math.max(nanos, Long.parseLong(parts[1]));
            }
            report(loop, connector, tally, made, nanos, buffer);
        } finally {
            storms.forEach(Process::destroyForcibly);
            call(loop, () -> {
                connector.close();
                return true;
            });
        }
    }

    private static void report(KernelLoop loop, ProcConnector connector, Tally tally, long made, long nanos, int buffer)
            throws Exception {
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
                "buffer %d kB: made %d forks in %.3f s (%.0f a second); seen %d forks, %d exits of them; of all %d"
                        + " messages received, %d lost by sequence number, %d declared",
                buffer / 1024,
                made,
                nanos / 1e9,
                made / (nanos / 1e9),
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
