package io.vigia.supervisor.engine;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.kernel.sys.Fd;
import java.util.function.Consumer;

/** By pidfd: exact for children; for others as exact as this kernel and the proc connector allow. Kernel-loop thread only. */
public final class PidfdExitWatcher implements ExitWatcher {
    private final PidfdWatcher watcher;

    public PidfdExitWatcher(PidfdWatcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public Watch watch(ProcessId id, Fd pidfd, Consumer<ExitStatus> ended) {
        return watcher.watch(id, pidfd, (which, status, nanos) -> ended.accept(status))::cancel;
    }
}
