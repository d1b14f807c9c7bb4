package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.policy.Sample;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Looks at many groups in one go: policies look at all of theirs at the same moments, and to wake a worker for each costs more than to
 * read the group. One worker at a time, so that others are free for who acts. Kernel-loop thread only.
 */
final class Looks {
    /** As many as the loop may hear of in one turn. */
    private static final int AT_ONCE = 64;

    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Surveys.Host host;
    private final Queue<Look> waiting = new ArrayDeque<>();
    private boolean reading;

    Looks(KernelLoop loop, Cgroups cgroups, GroupWorkers workers, Surveys.Host host) {
        this.loop = loop;
        this.cgroups = cgroups;
        this.workers = workers;
        this.host = host;
    }

    private record Look(CgroupPath path, CgroupId id, Set<Sample.Part> parts, Promise<Sample> answer) {}

    /** Answered on the loop, in a later turn. */
    Future<Sample> read(CgroupPath path, CgroupId id, Set<Sample.Part> parts) {
        loop.requireInLoop();
        Promise<Sample> answer = Promise.promise();
        waiting.add(new Look(path, id, parts, answer));
        if (!reading) {
            reading = true;
            loop.execute(this::readSome);
        }
        return answer.future();
    }

    private void readSome() {
        List<Look> some = new ArrayList<>();
        while (some.size() < AT_ONCE && !waiting.isEmpty()) {
            some.add(waiting.remove());
        }
        workers.submit(() -> some.stream().map(this::read).toList())
                .onSuccess(samples -> {
                    for (int i = 0; i < some.size(); i++) {
                        Look look = some.get(i);
                        Future<Sample> sample = samples.get(i);
                        // Each in a task of its own: a handler that throws takes no other's answer.
                        loop.execute(() -> sample.onComplete(look.answer));
                    }
                })
                .onFailure(e -> some.forEach(look -> look.answer.fail(e)))
                .onComplete(done -> {
                    reading = !waiting.isEmpty();
                    if (reading) {
                        readSome();
                    }
                });
    }

    /** What goes wrong with one is no concern of the others. */
    private Future<Sample> read(Look look) {
        try {
            return Future.succeededFuture(
                    SampleReader.read(cgroups.at(look.path, look.id), look.parts, host::memoryTotalBytes));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
