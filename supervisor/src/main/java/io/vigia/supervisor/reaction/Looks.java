package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.policy.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Looks at many groups in one go: policies look at all of theirs at the same moments, and to wake a worker for each costs more than to
 * read the group. Kernel-loop thread only.
 */
final class Looks {
    /** As many as the loop may hear of in one turn. */
    private static final int AT_ONCE = 64;

    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Surveys.Host host;
    private List<Look> waiting = new ArrayList<>();

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
        if (waiting.size() == 1) {
            loop.execute(this::readAll);
        }
        return answer.future();
    }

    private void readAll() {
        List<Look> all = waiting;
        waiting = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Look> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            workers.submit(() -> some.stream().map(this::read).toList())
                    .onSuccess(samples -> {
                        for (int i = 0; i < some.size(); i++) {
                            samples.get(i).onComplete(some.get(i).answer);
                        }
                    })
                    .onFailure(e -> some.forEach(look -> look.answer.fail(e)));
        }
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
