package io.vigia.supervisor;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.CommandRunner;
import io.vigia.supervisor.cli.FrontDoor;
import io.vigia.supervisor.cli.RunningVigia;
import io.vigia.supervisor.cli.Shell;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Endpoint;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.policy.PolicySpec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the AOT cache is trained with, when the build calls the launcher to make one: a short {@code serve} on an address, socket
 * and state of its own, asked a bit of everything. What this host does not allow is left out, and the cache knows less.
 */
final class Training implements FrontDoor {
    private static final long READY_SECONDS = 20;
    private static final long STEP_SECONDS = 5;

    /** Less than the handshake and the frame of {@code stream.opened} have together, so that it is never waited for. */
    private static final int HANDSHAKE_AND_FRAME = 300;

    private static final String PARENT =
            "/vigia-training-" + ProcessHandle.current().pid();

    /** Some processes under a limit, and policies: one arms a kernel trigger, the other acts at once. */
    private static final String MANIFESTS = """
        apiVersion: vigia.io/v1
        kind: Group
        metadata: {name: trained}
        spec:
          limits: {pids.max: 20}
          containers:
            - {name: main, command: [sleep, "20"], stop: {signal: KILL, grace: 1s}}
            - {name: short, command: ["true"], restart: {policy: never}}
        ---
        apiVersion: vigia.io/v1
        kind: Policy
        metadata: {name: arms}
        spec:
          target: {path: "/**/trained"}
          when: {pressure: {resource: cpu, kind: some, above: 90%, window: 2s}}
          ladder: [{throttle: {cpu.max: 90%}}]
        ---
        apiVersion: vigia.io/v1
        kind: Policy
        metadata: {name: acts}
        spec:
          target: {path: "/**/trained"}
          when: {pids: {above: 1%}}
          ladder: [{throttle: {cpu.max: 95%}}]
        """;

    private final Path folder;
    private final PrintStream log;
    /** Of the start: it serves, or it cannot. */
    private final CountDownLatch ended = new CountDownLatch(1);

    private final CountDownLatch acted = new CountDownLatch(1);
    private volatile int port;
    private volatile @Nullable RunningVigia serving;

    private Training(Path folder, PrintStream log) {
        this.folder = folder;
        this.log = log;
    }

    /** Leaves nothing behind. The launcher bounds the time. */
    public static void main(String[] arguments) throws Exception {
        Training training = new Training(Files.createTempDirectory("vigia-training-"), System.out);
        training.serve();
        RunningVigia running = await(training.ended, READY_SECONDS) ? training.serving : null;
        try {
            if (running != null) {
                training.ask();
            }
        } catch (IOException | RuntimeException e) {
            // The cache is made with what was learnt until then.
            training.log.println("the training ended early: " + e);
        } finally {
            if (running != null) {
                running.stop(true);
            }
            training.removeFolder();
        }
    }

    private void serve() throws IOException {
        Path config = Files.writeString(folder.resolve("vigia.yaml"), "observe: [\"/*\", \"" + PARENT + "/**\"]\n");
        Thread thread = new Thread(
                () -> {
                    int unused = run(
                            "serve",
                            "--config",
                            config.toString(),
                            "--listen",
                            "127.0.0.1:0",
                            "--socket",
                            socket(),
                            "--state-dir",
                            folder.resolve("state").toString(),
                            "--parent",
                            PARENT);
                    ended.countDown();
                },
                "vigia-training");
        thread.setDaemon(true);
        thread.start();
    }

    private void ask() throws IOException {
        Path manifests = Files.writeString(folder.resolve("trained.yaml"), MANIFESTS);
        boolean groups = mayMakeGroups();
        // Lists every verb, so that the cache knows all of them.
        run("--help");
        run("check", manifests.toString());
        if (groups) {
            run("apply", "-f", manifests.toString(), "--socket", socket());
            boolean unused = await(acted, STEP_SECONDS);
            run("set", "trained", "pids.max=30", "--socket", socket());
            run("describe", "group", "trained", "--socket", socket());
        }
        run("get", "groups", "--socket", socket());
        run("get", "policies", "--socket", socket());
        run("events", "--socket", socket());
        ApiClient client = new ApiClient(new Endpoint.Tcp("127.0.0.1", port), null);
        for (int i = 0; i < 3; i++) {
            client.lines("/metrics", "text/plain", (line, more) -> true);
            client.lines("/readyz", "*/*", (line, more) -> true);
        }
        webSocket();
        if (groups) {
            run("delete", "policy", "acts", "--socket", socket());
            run("delete", "group", "trained", "--socket", socket());
        }
    }

    /** A first frame of the event stream. */
    private void webSocket() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(STEP_SECONDS));
            String request = "GET /api/v1/events/stream?since=0 HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            int read = socket.getInputStream().readNBytes(HANDSHAKE_AND_FRAME).length;
            log.println("web socket: " + read + " bytes");
        }
    }

    /**
     * Only beside v1 controllers and as root: on a pure v2 host this process would have to move into a leaf and to enable
     * controllers for its cgroup, which a build must not.
     */
    private static boolean mayMakeGroups() {
        return Files.isWritable(Path.of("/sys/fs/cgroup/unified/cgroup.procs"))
                && Files.isWritable(Path.of("/sys/fs/cgroup/cpu/cgroup.procs"));
    }

    private int run(String... arguments) {
        Shell shell = new Shell(log, log, Map.of(), false, this, "training");
        int code = CommandRunner.run(shell, arguments);
        log.println(String.join(" ", arguments) + ": " + code);
        return code;
    }

    private String socket() {
        return folder.resolve("vigia.sock").toString();
    }

    @Override
    public RunningVigia start(Config config) {
        Vigia vigia = Vigia.start(config, "training");
        port = vigia.port();
        vigia.tell(event -> {
            if ("io.vigia.policy.acted".equals(event.getString("type"))) {
                acted.countDown();
            }
        });
        Trained trained = new Trained(vigia, new AtomicBoolean());
        serving = trained;
        ended.countDown();
        return trained;
    }

    private void removeFolder() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // A file in a temporary folder is not worth failing for.
        }
    }

    /** Takes its groups with it, once: by us, or by TERM. */
    private record Trained(Vigia vigia, AtomicBoolean stopped) implements RunningVigia {
        @Override
        public int port() {
            return vigia.port();
        }

        @Override
        public void apply(List<GroupSpec> groups, List<PolicySpec> policies) {
            vigia.apply(groups, policies);
        }

        @Override
        public void tell(Consumer<JsonObject> listener) {
            vigia.tell(listener);
        }

        @Override
        public void repeatOnKernelLoop(Duration every, Runnable task) {
            vigia.repeatOnKernelLoop(every, task);
        }

        @Override
        public void signal(String group, int signal, @Nullable Integer pid) {
            vigia.signal(group, signal, pid);
        }

        @Override
        public void follow(Config started, Supplier<ConfigLoader.Loaded> again) {
            vigia.follow(started, again);
        }

        @Override
        public void stop(boolean stopGroups) {
            if (stopped.compareAndSet(false, true)) {
                vigia.stop(true);
            }
        }
    }

    private static boolean await(CountDownLatch latch, long seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
