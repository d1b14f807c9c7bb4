package io.vigia.kernel.process;

import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.sys.Fd;

/**
 * Starts processes that inherit nothing by accident: no descriptor but 0 to 2, no blocked or ignored signal, no raised
 * limit; in a new session, and born in their cgroup. Blocks for well under a millisecond of CPU, but exec(2) may wait
 * for a disk: call it on a bounded platform thread.
 */
public interface Spawner {
    /**
     * @throws SpawnException naming the step (cgroup, workdir, exec…), its target and errno
     */
    Spawned spawn(SpawnRequest request);

    /** The child; {@code pidfd} is the caller's to close. */
    record Spawned(ProcessId id, Fd pidfd) {}
}
