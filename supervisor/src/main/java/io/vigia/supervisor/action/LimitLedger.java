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
    private final Map<CgroupId, Map<LimitFile, LimitValue>> known = new ConcurrentHashMap<>();

    @Nullable
    LimitValue last(CgroupId id, LimitFile file) {
        Map<LimitFile, LimitValue> of = known.get(id);
        return of == null ? null : of.get(file);
    }

    void record(CgroupId id, LimitFile file, LimitValue value) {
        known.computeIfAbsent(id, absent -> new EnumMap<>(LimitFile.class)).put(file, value);
    }

    void forget(CgroupId id) {
        known.remove(id);
    }
}
