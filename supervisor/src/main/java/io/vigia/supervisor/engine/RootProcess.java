package io.vigia.supervisor.engine;

import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.sys.Fd;
import org.jspecify.annotations.Nullable;

/** The process that a container stands and falls with. Kernel-loop thread only. */
final class RootProcess {
    final ProcessId id;
    /** {@code null} when it had ended before it could be opened. */
    final @Nullable Fd pidfd;

    private ExitWatcher.@Nullable Watch watch;

    RootProcess(ProcessId id, @Nullable Fd pidfd) {
        this.id = id;
        this.pidfd = pidfd;
    }

    void watchedBy(ExitWatcher.Watch by) {
        watch = by;
    }

    void close() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        if (pidfd != null) {
            pidfd.close();
        }
    }
}
