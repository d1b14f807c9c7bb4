package io.vigia.supervisor.node;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.journal.EventTypes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells what sources lost, once nothing more can be done about it: all that is settled in one turn of the loop, such as what one
 * comparison makes up for, as one {@code supervisor.overflow} for each source. Kernel-loop thread only.
 */
final class Losses {
    /** Where it cannot be known how many. */
    private static final long UNKNOWN = -1;

    private final KernelLoop loop;
    private final EventLog events;
    private final Map<String, Loss> untold = new LinkedHashMap<>();

    Losses(KernelLoop loop, EventLog events) {
        this.loop = loop;
        this.events = events;
    }

    private record Loss(long count, boolean reconciled) {
        Loss and(Loss other) {
            long sum = count < 0 || other.count < 0 ? UNKNOWN : count + other.count;
            return new Loss(sum, reconciled && other.reconciled);
        }
    }

    /**
     * @param count -1 where it cannot be known
     * @param reconciled whether the state was read anew since
     */
    void settled(String source, long count, boolean reconciled) {
        loop.requireInLoop();
        if (untold.isEmpty()) {
            loop.execute(this::tell);
        }
        untold.merge(source, new Loss(count, reconciled), Loss::and);
    }

    private void tell() {
        Map<String, Loss> all = new LinkedHashMap<>(untold);
        untold.clear();
        all.forEach((source, loss) -> events.ofSupervisor(
                EventTypes.SUPERVISOR_OVERFLOW,
                new JsonObject()
                        .put("source", source)
                        .put("lost", loss.count < 0 ? null : loss.count)
                        .put("reconciled", loss.reconciled)));
    }
}
