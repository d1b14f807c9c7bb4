package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a policy react some times on a {@link Stage} before the first real case, so that this finds loaded classes and compiled code: the
 * VM interprets what it has seen only a few times, and policies act seldom. The kernel is not touched, no event is told.
 */
public final class Rehearsal implements AutoCloseable {
    /**
     * The launcher has vigia's methods compiled at their fourth call; Java's own are at some 200. After 12 a first real reaction took 10 ms and more, after 400 it
     * takes 1 to 2.
     */
    private static final int REACTIONS = 400;

    /** A slow machine has better things to do. */
    private static final Duration AT_MOST = Duration.ofSeconds(2);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final AtomicBoolean PLAYED = new AtomicBoolean();

    private final KernelLoop loop;
    private final GroupWorkers workers;
    private final Syscalls syscalls;
    private final HierarchyKind kind;
    private final Surveys.Host host;
    private final Path folder;
    private volatile boolean ending;
    private volatile Future<Integer> playing = Future.succeededFuture(0);

    /**
     * @param kind of the hierarchy that is acted on
     * @param host is asked what surveys ask it
     * @param socket beside it the stage is built
     */
    public Rehearsal(
            KernelLoop loop,
            GroupWorkers workers,
            Syscalls syscalls,
            HierarchyKind kind,
            Surveys.Host host,
            Path socket) {
        this.loop = loop;
        this.workers = workers;
        this.syscalls = syscalls;
        this.kind = kind;
        this.host = host;
        this.folder = socket.resolveSibling(socket.getFileName() + ".rehearsal");
    }

    /** Once in the life of the VM, in turns of the loop and on workers. Kernel loop. */
    public void once() {
        if (!PLAYED.getAndSet(true)) {
            play().onSuccess(reactions -> LOG.debug("rehearsed {} reactions", reactions))
                    .onFailure(e -> LOG.debug("reactions could not be rehearsed: {}", e.toString()));
        }
    }

    /** @return how many reactions were played */
    Future<Integer> play() {
        loop.requireInLoop();
        long began = System.nanoTime();
        playing = workers.submit(() -> {
                    host.initCgroup();
                    return Stage.build(folder, kind, syscalls);
                })
                .compose(stage -> new Actors(loop, workers, syscalls, host, stage)
                        .play(REACTIONS, () -> ending || System.nanoTime() - began > AT_MOST.toNanos())
                        .eventually(() -> workers.submit(() -> {
                            stage.close();
                            return null;
                        })));
        return playing;
    }

    /** Ends it after the reaction that is being played; nothing is left of it then. Blocking; before the workers are closed. */
    @Override
    public void close() {
        ending = true;
        try {
            playing.toCompletionStage().toCompletableFuture().get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the rehearsal ended badly: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
