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

/**
 * A vigia in the background: the same program, started again in a session of its own, that tells through a socket when it is
 * ready. Its end before that ends the wait, too.
 *
 * @param addresses where it listens
 */
record Background(long pid, Path socket, Path log, String addresses) {

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
        try (SocketChannel from = waiting.accept()) {
            String text = new String(Channels.newInputStream(from).readAllBytes(), StandardCharsets.UTF_8);
            JsonObject told = new JsonObject(text);
            return new Background(
                    pid, Path.of(Fields.text(told, "socket", "")), own.log(), Fields.text(told, "addresses", ""));
        } catch (IOException | DecodeException e) {
            List<String> lines = Files.exists(own.log()) ? Files.readAllLines(own.log()) : List.of();
            own.remove();
            throw Problem.of(
                    Problem.Kind.INTERNAL,
                    "the vigia in the background ended before it was ready: "
                            + (lines.isEmpty() ? "it said nothing" : String.join("\n  ", lines)));
        }
    }

    /** In the background: everything runs. */
    static void ready(PrivateState own, Path socket, String addresses) {
        JsonObject told = new JsonObject().put("socket", socket.toString()).put("addresses", addresses);
        try (SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(own.ready()))) {
            ByteBuffer left = ByteBuffer.wrap(told.encode().getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                to.write(left);
            }
        } catch (IOException e) {
            // Whoever started it has not waited; it runs all the same.
            CommandRunner.LOG.debug("nobody waits to hear that this is ready: {}", e.toString());
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
