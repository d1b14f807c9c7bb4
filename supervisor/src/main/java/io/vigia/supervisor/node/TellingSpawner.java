package io.vigia.supervisor.node;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.SpawnRequest;
import io.vigia.kernel.process.Spawner;

/** Tells where each child was born, at once: it may be gone before anybody could look. On the spawning thread. */
record TellingSpawner(Spawner spawner, Births births) implements Spawner {
    /** Must only hand over. */
    interface Births {
        void born(int pid, CgroupPath cgroup);
    }

    @Override
    public Spawned spawn(SpawnRequest request) {
        Spawned spawned = spawner.spawn(request);
        Cgroup.Entry entry = request.entry();
        if (entry != null) {
            births.born(spawned.id().pid(), entry.path());
        }
        return spawned;
    }
}
