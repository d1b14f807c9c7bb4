package io.vigia.supervisor.engine;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An engine in a process of its own, to be killed. Arguments: state directory, path of the parent, manifest file, the moment to stop
 * at: a state of container a, {@code spawned} (a process is there, and nobody knows), {@code deleting}, or {@code adopted} (running, taken
 * over from one that was killed). Makes the file {@code here} when it is there.
 */
public final class EngineHarness {
    private EngineHarness() {}

    public static void main(String[] arguments) throws Exception {
        Path stateDir = Path.of(arguments[0]);
        Path here = stateDir.resolve("here");
        boolean midSpawn = arguments[3].equals("spawned");
        EngineHost host = new EngineHost(
                stateDir,
                new CgroupPath(arguments[1]),
                spawner -> midSpawn ? request -> stuck(spawner.spawn(request), here) : spawner);
        boolean adopts = arguments[3].equals("adopted");
        if (adopts) {
            host.run(host.groups::adopt);
        } else {
            host.apply(Files.readString(Path.of(arguments[2])));
        }
        boolean deletes = arguments[3].equals("deleting");
        if (arguments[3].equals("stopping") || deletes) {
            while (!host.container("g", "a").state().equals("running")) {
                Thread.onSpinWait();
            }
            var unused = host.run(() -> {
                var stopping = deletes ? host.groups.delete("g", null) : host.groups.stop("g");
                return stopping.isComplete() ? stopping : io.vertx.core.Future.<Void>succeededFuture();
            });
        }
        String wanted = deletes ? "stopping" : adopts ? "running" : arguments[3];
        while (!midSpawn && !host.container("g", "a").state().equals(wanted)) {
            Thread.onSpinWait();
        }
        if (!midSpawn) {
            // What is put before this is on disk when this is.
            if (deletes) {
                host.run(() -> host.groups.apply(EngineHost.spec(EngineHost.manifest("other", "{}", "[]"))));
            } else {
                host.run(() -> host.groups.apply(java.util.Objects.requireNonNull(host.groups.spec("g"))));
            }
            Files.createFile(here);
        }
        new CountDownLatch(1).await(2, TimeUnit.MINUTES);
    }

    private static Spawner.Spawned stuck(Spawner.Spawned spawned, Path here) {
        try {
            Files.createFile(here);
            boolean unused = new CountDownLatch(1).await(2, TimeUnit.MINUTES);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return spawned;
    }
}
