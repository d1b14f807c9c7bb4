package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.supervisor.action.GroupWorkers;
import org.jspecify.annotations.Nullable;

/** Reads again what the kernel notified, off the loop, once for many notifications. Kernel-loop thread only. */
final class GroupReader {
    static final int STATE = 1;
    static final int MEMORY = 2;
    static final int PIDS = 4;
    static final int ALL = STATE | MEMORY | PIDS;

    private final Cgroups cgroups;
    private final GroupWorkers workers;

    GroupReader(Cgroups cgroups, GroupWorkers workers) {
        this.cgroups = cgroups;
        this.workers = workers;
    }

    /** What one reading gave; {@code null} where it was not asked for or could not be had. */
    record GroupReading(
            Cgroup.@Nullable State state,
            @Nullable MemoryEvents memoryEventsLocal,
            @Nullable MemoryEvents memoryEvents,
            @Nullable Long pidsMaxEvents) {
        static final GroupReading NOTHING = new GroupReading(null, null, null, null);
    }

    /** @return {@code null} when a reading that will include this is queued already */
    @Nullable
    Future<GroupReading> read(GroupEntry entry, int what) {
        if (entry.toRead.getAndUpdate(bits -> bits | what) != 0) {
            return null;
        }
        return workers.submit(entry.path, () -> readNow(entry));
    }

    private GroupReading readNow(GroupEntry entry) {
        int bits = entry.toRead.getAndSet(0);
        Cgroup cgroup = cgroups.open(entry.path).orNull();
        if (cgroup == null || !cgroup.id().equals(entry.id)) {
            return GroupReading.NOTHING;
        }
        boolean memory = (bits & MEMORY) != 0;
        return new GroupReading(
                (bits & STATE) != 0 ? cgroup.state().orNull() : null,
                memory ? cgroup.memoryEventsLocal().orNull() : null,
                memory ? cgroup.memoryEvents().orNull() : null,
                (bits & PIDS) != 0 ? cgroup.pidsMaxEvents().orNull() : null);
    }
}
