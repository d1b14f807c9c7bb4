package io.vigia.supervisor.engine;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.sys.Fd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a root process to end. Kernel-loop thread only. */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

    private StopSignal() {}

    static void send(EngineParts parts, Cgroup cgroup, Fd pidfd, int signal) {
        parts.workers()
                .submit(() -> {
                    boolean sent = parts.syscalls().pidfdSendSignal(pidfd, signal);
                    // A frozen process does not see its signal.
                    Cgroup.State now = cgroup.state().orNull();
                    if (now != null && now.frozen()) {
                        cgroup.freeze(false);
                    }
                    return sent;
                })
                .onFailure(e -> LOG.warn("cannot signal {}: {}", cgroup.path(), e.toString()));
    }
}
