package io.vigia.supervisor.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.process.ChildDefaults;
import io.vigia.kernel.process.Children;
import io.vigia.kernel.process.PosixSpawner;
import io.vigia.kernel.process.SpawnRequest;
import io.vigia.kernel.process.Spawner.Spawned;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A vigia in the background: the same program, started again in a session of its own, that tells through a socket when it is
 * ready. Its end before that ends the wait, too.
 *
 * @param addresses where it listens
 */
record Background(long pid, Path socket, Path log, String addresses) {
    private static final String FAILED = "failed";
    private static final long END_SECONDS = 30;

    /** @param arguments of {@code up} */
    static Background start(Shell shell, List<String> arguments) {
        PrivateState own = PrivateState.make("up");
        try (ServerSocketChannel waiting = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            waiting.bind(UnixDomainSocketAddress.of(own.ready()));
            List<String> command = new ArrayList<>(thisProgram());
            command.addAll(List.of("up", "--background", own.directory().toString()));
            command.addAll(arguments);
            long pid = spawn(shell, command, own.log());
            ProcessHandle.of(pid).ifPresentOrElse(child -> closeAtEnd(child, waiting), () -> close(waiting));
            return told(waiting, pid, own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Background told(ServerSocketChannel waiting, long pid, PrivateState own) throws IOException {
        Problem.Kind why = Problem.Kind.INTERNAL;
        try (SocketChannel from = waiting.accept()) {
            String text = new String(Channels.newInputStream(from).readAllBytes(), StandardCharsets.UTF_8);
            JsonObject told = new JsonObject(text);
            String failed = Fields.text(told, FAILED);
            if (failed == null) {
                return new Background(
                        pid, Path.of(Fields.text(told, "socket", "")), own.log(), Fields.text(told, "addresses", ""));
            }
            why = Problem.Kind.valueOf(failed);
            awaitEnd(pid);
        } catch (IOException | DecodeException e) {
            CommandRunner.LOG.debug("the vigia in the background ended without a word: {}", e.toString());
        }
        List<String> lines = Files.exists(own.log()) ? Files.readAllLines(own.log()) : List.of();
        own.remove();
        throw Problem.of(
                why,
                "the vigia in the background ended before it was ready: "
                        + (lines.isEmpty() ? "it said nothing" : String.join("\n  ", lines)));
    }

    /** By then its log is whole; what it has not said after a while is left out. */
    private static void awaitEnd(long pid) {
        ProcessHandle child = ProcessHandle.of(pid).orElse(null);
        if (child == null) {
            return;
        }
        try {
            var unused = child.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            CommandRunner.LOG.debug("process {} has not ended: {}", pid, e.toString());
        }
    }

    /** In the background: everything runs. */
    static void ready(PrivateState own, Path socket, String addresses) {
        tell(own, new JsonObject().put("socket", socket.toString()).put("addresses", addresses));
    }

    /** In the background: it ends, and the log will say why. */
    static void failed(PrivateState own, RuntimeException e) {
        tell(own, new JsonObject().put(FAILED, CommandRunner.kind(e).name()));
    }

    private static void tell(PrivateState own, JsonObject told) {
        try (SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(own.ready()))) {
            ByteBuffer left = ByteBuffer.wrap(told.encode().getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                to.write(left);
            }
        } catch (IOException e) {
            // Whoever started it has not waited; it goes on all the same.
            CommandRunner.LOG.debug("nobody waits to hear of this: {}", e.toString());
        }
    }

    /** The JVM with its flags and what it runs, as the launcher started it. */
    private static List<String> thisProgram() throws IOException {
        String[] all = Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1);
        int jar = Arrays.asList(all).indexOf("-jar");
        if (jar < 0) {
            throw Problem.of(Problem.Kind.UNSUPPORTED, "up -d works with the vigia program only, not within another");
        }
        return Arrays.asList(all).subList(0, jar + 2);
    }

    private static long spawn(Shell shell, List<String> command, Path log) {
        Syscalls syscalls = new JnaSyscalls();
        try (PosixSpawner spawner = new PosixSpawner(
                syscalls,
                new JnaProcessCalls(syscalls),
                new Children(),
                ChildDefaults.ofThisProcess(syscalls.nofileLimit()))) {
            Spawned spawned = spawner.spawn(new SpawnRequest(
                    command, shell.environment(), Path.of("").toAbsolutePath().toString(), log.toString(), null, null));
            spawned.pidfd().close();
            return spawned.id().pid();
        }
    }

    private static void closeAtEnd(ProcessHandle child, ServerSocketChannel waiting) {
        var unused = child.onExit().thenRun(() -> close(waiting));
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
