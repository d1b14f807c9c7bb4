package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.cli.text.EventSentences;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.ContainerSpec.Restart;
import io.vigia.supervisor.config.ContainerSpec.RestartPolicy;
import io.vigia.supervisor.config.GroupSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * One command from its start to its end: passes signals on to it and tells how it ended.
 *
 * <p>It leads a session of its own, as every container does, so nothing typed at the terminal reaches it as a signal except
 * through here.
 */
final class Errand {
    private static final String CONTAINER = "main";
    private static final int NO_SUCH_COMMAND = 127;
    private static final int CANNOT_RUN = 126;
    private static final int BY_SIGNAL = 128;
    private static final int SIGINT = 2;
    /** What a JVM can be told of; it keeps QUIT, USR1 and USR2 for itself. */
    private static final Map<String, Integer> FORWARDED =
            Map.of("HUP", 1, "INT", SIGINT, "TERM", 15, "CONT", 18, "WINCH", 28);

    private final Shell shell;
    private final List<String> command;
    private final String name = "run-" + ProcessHandle.current().pid();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<Integer> root = new CompletableFuture<>();

    Errand(Shell shell, List<String> command) {
        this.shell = shell;
        this.command = List.copyOf(command);
    }

    /** The caller's own directory and environment; what is kept of it on disk has no environment in it. */
    GroupSpec group(Map<LimitFile, LimitValue> limits) {
        ContainerSpec.Restart never = new Restart(
                RestartPolicy.NEVER, Restart.DEFAULT.backoffMin(), Restart.DEFAULT.backoffMax(), 0, Duration.ZERO);
        ContainerSpec container = new ContainerSpec(
                CONTAINER,
                command,
                new HashMap<>(shell.environment()),
                Path.of("").toAbsolutePath().toString(),
                null,
                null,
                List.of(),
                null,
                Map.of(),
                never,
                ContainerSpec.Stop.DEFAULT,
                List.of(),
                true);
        JsonObject text = new JsonObject()
                .put("apiVersion", "vigia.io/v1")
                .put("kind", "Group")
                .put("metadata", new JsonObject().put("name", name))
                .put(
                        "spec",
                        new JsonObject()
                                .put(
                                        "containers",
                                        new JsonArray()
                                                .add(new JsonObject()
                                                        .put("name", CONTAINER)
                                                        .put("command", new JsonArray(command)))));
        return new GroupSpec(name, Map.of(), limits, List.of(container), text.encode());
    }

    /** @return what the program ends with */
    int run(RunningVigia running, GroupSpec group) {
        running.tell(this::told);
        FORWARDED.forEach((signal, number) -> {
            var unused = Signals.register(signal, () -> forward(running, number));
        });
        // A stopped vigia would leave its command running beside the shell, both reading the same terminal.
        var unused = Signals.register("TSTP", () -> {});
        running.apply(List.of(group), List.of());
        return end();
    }

    private int end() {
        while (true) {
            try {
                return ended.get(1, TimeUnit.MINUTES);
            } catch (TimeoutException e) {
                // A command may run for as long as it likes.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Exit.FAILED;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /**
     * A terminal interrupts everything in the foreground, so that is what Ctrl-C means; any other signal is for the
     * command's own process, which knows what to do about its children. Kept until there is one.
     */
    private void forward(RunningVigia running, int signal) {
        boolean everybody = signal == SIGINT && Terminals.isTerminal(0);
        var unused = root.thenAccept(pid -> running.signal(name, signal, everybody ? null : pid));
    }

    private void told(JsonObject event) {
        JsonObject data = Fields.object(event, "data");
        if (!("/" + Fields.text(event, "subject", "")).endsWith("/" + name)) {
            return;
        }
        switch (EventSentences.type(event)) {
            case "container.started" -> root.complete(data.getInteger("pid"));
            case "container.exited" -> exited(data);
            case "container.failed" -> failed(Fields.text(data, "detail", ""));
            default -> {}
        }
    }

    private void exited(JsonObject data) {
        Integer signal = data.getInteger("signal");
        Integer code = data.getInteger("exitCode");
        if ("oom".equals(Fields.text(data, "reason"))) {
            CommandRunner.say(shell, "the kernel killed it: it was out of the memory that memory.max allows");
        }
        ended.complete(code(signal, code));
    }

    private static int code(@Nullable Integer signal, @Nullable Integer code) {
        if (signal != null) {
            return BY_SIGNAL + signal;
        }
        return code == null ? Exit.FAILED : code;
    }

    /** It follows its exit, too, where it is no news. */
    private void failed(String detail) {
        if (!ended.isDone()) {
            boolean missing = detail.contains("ENOENT");
            String why = detail.substring(detail.lastIndexOf("; ") + 1)
                    .replace("cannot start:", "")
                    .strip();
            CommandRunner.say(
                    shell,
                    "cannot run " + command.getFirst() + ": "
                            + (missing ? "there is no such command; check its name and PATH" : why));
            ended.complete(missing ? NO_SUCH_COMMAND : CANNOT_RUN);
        }
    }
}
