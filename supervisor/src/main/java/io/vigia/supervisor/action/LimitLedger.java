package io.vigia.supervisor.action;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each limit was when vigia last read or wrote it: what tells somebody else's write from our own. Entries of one
 * group are changed only in that group's order of work; thread-safe across groups.
 */
final class LimitLedger {
    private final Map<CgroupId, Map<LimitFile, Last>> known = new ConcurrentHashMap<>();

    /** @param ours whether vigia wrote it, of its own will */
    record Last(LimitValue value, boolean ours) {}

    @Nullable
    Last last(CgroupId id, LimitFile file) {
        Map<LimitFile, Last> of = known.get(id);
        return of == null ? null : of.get(file);
    }

    void record(CgroupId id, LimitFile file, LimitValue value, boolean ours) {
        known.computeIfAbsent(id, absent -> new EnumMap<>(LimitFile.class)).put(file, new Last(value, ours));
    }

    boolean knows(CgroupId id) {
        return known.containsKey(id);
    }

    void forget(CgroupId id) {
        known.remove(id);
    }
}
