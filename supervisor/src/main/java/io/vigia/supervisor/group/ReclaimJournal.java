package io.vigia.supervisor.group;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;

/**
 * Where it is written down that a reclaim lowers a limit for a moment, as it does on v1: so that a crash in that moment cannot
 * leave it low. Any thread; blocking.
 */
public interface ReclaimJournal {
    /** It is on disk when this returns: the limit may be lowered then. */
    void reclaiming(CgroupPath path, JsonObject document);

    /** The limit is what it was. */
    void reclaimed(CgroupPath path);
}
