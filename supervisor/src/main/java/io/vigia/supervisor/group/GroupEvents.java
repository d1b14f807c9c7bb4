package io.vigia.supervisor.group;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.supervisor.journal.EventTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From two readings of a group's counters to what happened between them. Pure. */
final class GroupEvents {
    private GroupEvents() {}

    /** One happening. */
    record Happened(String type, JsonObject data) {}

    /**
     * @param before {@code null} when this is the first reading: nothing happened that we know of
     * @param scope {@code local} or {@code tree}
     */
    static List<Happened> memory(@Nullable MemoryEvents before, MemoryEvents now, String scope) {
        List<Happened> happened = new ArrayList<>();
        if (before != null) {
            add(happened, EventTypes.MEMORY_LOW, before.low(), now.low(), scope);
            add(happened, EventTypes.MEMORY_HIGH, before.high(), now.high(), scope);
            add(happened, EventTypes.MEMORY_MAX, before.max(), now.max(), scope);
            add(happened, EventTypes.MEMORY_OOM, before.oom(), now.oom(), scope);
            add(happened, EventTypes.MEMORY_OOM_KILL, before.oomKill(), now.oomKill(), scope);
            add(happened, EventTypes.MEMORY_OOM_GROUP_KILL, before.oomGroupKill(), now.oomGroupKill(), scope);
        }
        return happened;
    }

    /** Counted with those below; the kernel has no others of this kind. */
    static List<Happened> swap(@Nullable SwapEvents before, SwapEvents now) {
        List<Happened> happened = new ArrayList<>();
        if (before != null) {
            add(happened, EventTypes.SWAP_MAX, before.max(), now.max(), "tree");
            add(happened, EventTypes.SWAP_FAIL, before.fail(), now.fail(), "tree");
        }
        return happened;
    }

    /** {@code pids.max}: forks refused since the last reading; -1 is unknown. */
    static List<Happened> pids(long before, long now) {
        List<Happened> happened = new ArrayList<>();
        if (before >= 0) {
            add(happened, EventTypes.PIDS_MAX, before, now, "local");
        }
        return happened;
    }

    /**
     * {@code hugetlb.max}, when the kernel has notified it.
     *
     * @param before -1 for a group of before our time, of which it is the first: one at least is new
     */
    static List<Happened> hugetlb(long before, long now) {
        List<Happened> happened = new ArrayList<>();
        add(happened, EventTypes.HUGETLB_MAX, before >= 0 ? before : Math.max(0, now - 1), now, "local");
        return happened;
    }

    private static void add(List<Happened> happened, String type, long before, long now, String scope) {
        if (before >= 0 && now > before) {
            happened.add(new Happened(
                    type,
                    new JsonObject()
                            .put("count", now - before)
                            .put("total", now)
                            .put("scope", scope)));
        }
    }
}
