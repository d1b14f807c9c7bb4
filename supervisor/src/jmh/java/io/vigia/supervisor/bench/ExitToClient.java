package io.vigia.supervisor.bench;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * From the end of a process to the frame at a WebSocket client, through the whole of vigia with its journal, beside a C
 * program that does nothing else. Target: p99 within five times of that.
 */
public final class ExitToClient {
    private static final int COUNT = 1000;
    private static final int LIFE_MICROS = 20_000;
    private static final List<String> TYPES = List.of("io.vigia.process.exited", "io.vigia.container.exited");

    private ExitToClient() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "ExitToClient",
                "a program writes CLOCK_MONOTONIC as its last act, a C client stamps each frame after its read; the"
                        + " same program and client on both sides, one exit at a time, " + COUNT
                        + " ends each; vigia restarts the container each time, the floor is epoll on pidfds");
        try (Workplace place = new Workplace();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            CProgram exiter = CProgram.compile(place.folder, "exiter");
            CProgram client = CProgram.compile(place.folder, "frameclient");
            Map<String, List<Long>> floor = floor(place, exiter, client, threads);
            Map<String, List<Long>> vigia = vigia(place, exiter, client, threads);

            Spread least = Spread.of(floor.getOrDefault(TYPES.getFirst(), List.of()));
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, epoll on pidfd"));
            for (String type : TYPES) {
                if (!vigia.containsKey(type)) {
                    Machine.say("vigia sent no " + type);
                    continue;
                }
                // The first exits warm the JVM up.
                List<Long> all = vigia.get(type);
                Spread cold = Spread.of(all.subList(0, Math.min(50, all.size())));
                Spread warm = Spread.of(all.subList(Math.min(50, all.size() - 1), all.size()));
                Machine.say(cold.row("vigia " + type + ", first 50"));
                Machine.say(warm.row("vigia " + type + ", after"));
                Machine.say("ratio of p99 to the floor: " + Spread.ratio(warm.p99(), least.p99()) + " (p50 "
                        + Spread.ratio(warm.p50(), least.p50()) + "), target 5×");
            }
            Machine.say("load average at the end " + Machine.load());
        }
    }

    private static Map<String, List<Long>> floor(
            Workplace place, CProgram exiter, CProgram client, ExecutorService threads) throws Exception {
        Path stamps = Files.createFile(place.folder.resolve("floor.stamps"));
        CProgram program = CProgram.compile(place.folder, "exitfloor");
        Process server = program.start(
                exiter.file().toString(), stamps.toString(), Integer.toString(LIFE_MICROS), Integer.toString(COUNT));
        Process reader = null;
        try (BufferedReader out = server.inputReader()) {
            reader = client.start(out.readLine(), "50", TYPES.getFirst());
            CompletableFuture<List<String>> frames = frames(reader, threads, Integer.MAX_VALUE);
            List<String> lines = frames.get(50, TimeUnit.SECONDS);
            return latencies(stamps, lines);
        } finally {
            end(reader);
            end(server);
        }
    }

    private static Map<String, List<Long>> vigia(
            Workplace place, CProgram exiter, CProgram client, ExecutorService threads) throws Exception {
        Path stamps = Files.createFile(place.folder.resolve("vigia.stamps"));
        Process reader = null;
        try (BenchNode vigia = new BenchNode(Files.createDirectory(place.folder.resolve("state")), place.parent)) {
            reader = client.start(Integer.toString(vigia.node.port()), "50", TYPES.get(0), TYPES.get(1));
            CompletableFuture<List<String>> frames = frames(reader, threads, COUNT);
            vigia.groups(List.of(String.format(Locale.ROOT, """
                apiVersion: vigia.io/v1
                kind: Group
                metadata: {name: exits}
                spec:
                  containers:
                    - name: main
                      namespaces: []
                      command: [%s, %s, "%d"]
                      restart: {policy: always, backoff: 1ms..1ms}
                """, exiter.file(), stamps, LIFE_MICROS)));
            return latencies(stamps, frames.get(45, TimeUnit.SECONDS));
        } finally {
            end(reader);
        }
    }

    /** Reads what the client says until it ends or {@code enough} frames of the last type came, or 40 s went by. */
    private static CompletableFuture<List<String>> frames(Process client, ExecutorService threads, int enough) {
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        threads.execute(() -> {
            List<String> lines = new ArrayList<>();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            try (BufferedReader out = client.inputReader()) {
                int last = 0;
                String line = out.readLine();
                while (line != null) {
                    lines.add(line);
                    last += line.startsWith(TYPES.getLast()) ? 1 : 0;
                    line = last >= enough || System.nanoTime() > deadline ? null : out.readLine();
                }
                done.complete(lines);
            } catch (java.io.IOException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** By type, in the order of arrival. */
    private static Map<String, List<Long>> latencies(Path stamps, List<String> frames) throws Exception {
        Map<String, Long> ended = new HashMap<>();
        for (String line : Files.readAllLines(stamps)) {
            String[] parts = line.split(" ", -1);
            ended.put(parts[0], Long.parseLong(parts[1]));
        }
        Map<String, List<Long>> found = new HashMap<>();
        for (String line : frames) {
            String[] parts = line.split(" ", -1);
            Long end = ended.get(parts[1]);
            if (end != null) {
                found.computeIfAbsent(parts[0], type -> new ArrayList<>()).add(Long.parseLong(parts[2]) - end);
            }
        }
        return found;
    }

    private static void end(@org.jspecify.annotations.Nullable Process process) {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
