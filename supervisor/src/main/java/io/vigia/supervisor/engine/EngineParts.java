package io.vigia.supervisor.engine;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.Spawner;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.journal.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the engine works with.
 *
 * @param parent where new groups are made, {@code null} for nowhere; known ones stay where they are
 * @param stateDir logs go to {@code logs/GROUP/CONTAINER} below it
 * @param manifests back from the text that a {@link GroupSpec} was made of; throws what it does not understand
 */
public record EngineParts(
        KernelLoop loop,
        Cgroups cgroups,
        GroupWorkers workers,
        Spawner spawner,
        Syscalls syscalls,
        Signaller signaller,
        GroupLimits limits,
        Journal journal,
        Store store,
        ExitWatcher exits,
        ProcessProbe probe,
        InstantSource clock,
        @Nullable CgroupPath parent,
        Path stateDir,
        Function<String, GroupSpec> manifests) {
    /** Brings a result to the loop, where all state is. */
    <T> Future<T> onLoop(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete(result -> {
            if (loop.inLoop()) {
                complete(promise, result);
            } else {
                loop.execute(() -> complete(promise, result));
            }
        });
        return promise.future();
    }

    private static <T> void complete(Promise<T> promise, AsyncResult<T> result) {
        if (result.succeeded()) {
            promise.tryComplete(result.result());
        } else {
            promise.tryFail(result.cause());
        }
    }
}
