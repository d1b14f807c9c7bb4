package io.vigia.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.event.KernelEvent.LinkChanged;
import io.vigia.kernel.event.KernelEvent.LinkChanged.Change;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkWatcherKernelIT {
    private final String name = "vigia" + ProcessHandle.current().pid() % 10_000_000;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final EpollKernelLoop loop = EpollKernelLoop.create(vertx);
    private final Queue<KernelEvent> events = new ConcurrentLinkedQueue<>();
    private @Nullable LinkWatcher watcher;

    @BeforeEach
    void starts() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.isExecutable(Path.of("/sbin/ip")),
                "ip(8) is not installed: no link can be made");
        CompletableFuture<Support> ready = new CompletableFuture<>();
        loop.execute(() -> watcher = LinkWatcher.start(loop, new JnaSyscalls(), events::add, ready::complete));
        assertThat(ready.get(Patience.seconds(10), TimeUnit.SECONDS)).isInstanceOf(Support.Available.class);
        assumeTrue(
                ip("link", "add", name, "type", "veth", "peer", "name", name + "p") == 0,
                "ip(8) may not make a veth link here");
        // One end has a carrier while the other one is up.
        assertThat(ip("link", "set", name + "p", "up")).isZero();
    }

    @AfterEach
    void removes() throws Exception {
        try {
            int unused = ip("link", "del", name);
            int unusedToo = ip("link", "del", name + "b");
        } finally {
            LinkWatcher open = watcher;
            if (open != null) {
                loop.execute(open::close);
            }
            vertx.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(20), TimeUnit.SECONDS);
        }
    }

    @Test
    void tellsTheLifeOfALink() throws Exception {
        assertThat(ip("link", "set", name, "up")).isZero();
        assertThat(ip("link", "set", name, "down")).isZero();
        assertThat(ip("link", "set", name, "name", name + "b")).isZero();
        assertThat(ip("link", "del", name + "b")).isZero();
        awaitLast(name + "b", Change.REMOVED);
        assertThat(told(name)).containsExactly(Change.ADDED, Change.UP, Change.DOWN, Change.REMOVED);
        assertThat(told(name + "b")).containsExactly(Change.ADDED, Change.REMOVED);
    }

    @Test
    void recoversWhatItLostWhileItDidNotRead() throws Exception {
        awaitLast(name, Change.ADDED);
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                boolean unused = go.await(Patience.seconds(60), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // A message is about 1.4 kB and counts double and more in the buffer of 1 MiB (doubled by the kernel).
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            batch.append("link set ").append(name).append(i % 2 == 0 ? " up\n" : " down\n");
        }
        batch.append("link del ").append(name).append('\n');
        Path file = Files.createTempFile("vigia", ".batch");
        try {
            Files.writeString(file, batch, StandardCharsets.US_ASCII);
            assertThat(ip("-batch", file.toString())).isZero();
        } finally {
            Files.delete(file);
            go.countDown();
        }
        awaitLast(name, Change.REMOVED);
        Awaitility.await().atMost(Patience.of(20)).until(() -> events.stream().anyMatch(e -> e instanceof EventsLost));
    }

    private void awaitLast(String link, Change change) {
        Awaitility.await().atMost(Patience.of(20)).until(() -> {
            List<Change> told = told(link);
            return !told.isEmpty() && told.getLast() == change;
        });
    }

    private List<Change> told(String link) {
        return events.stream()
                .filter(e -> e instanceof LinkChanged c && c.name().equals(link))
                .map(e -> ((LinkChanged) e).change())
                .toList();
    }

    private static int ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(Patience.seconds(60), TimeUnit.SECONDS)) {
            throw new IOException("ip does not end: " + command);
        }
        return process.exitValue();
    }
}
