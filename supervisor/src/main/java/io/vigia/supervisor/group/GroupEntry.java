package io.vigia.supervisor.group;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.MemoryEvents;
import org.jspecify.annotations.Nullable;

/** What is known of one living group between kernel events. Kernel-loop thread only. */
final class GroupEntry {
    final CgroupPath path;
    final CgroupId id;

    /** {@code null} until the first reading came back. */
    Cgroup.@Nullable State state;

    @Nullable
    MemoryEvents memoryEventsLocal;

    @Nullable
    MemoryEvents memoryEvents;

    long pidsMaxEvents = -1;

    GroupEntry(CgroupPath path, CgroupId id) {
        this.path = path;
        this.id = id;
    }
}
