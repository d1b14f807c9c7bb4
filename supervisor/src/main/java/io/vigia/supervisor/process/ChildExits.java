package io.vigia.supervisor.process;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.kernel.sys.Fd;
import io.vigia.supervisor.engine.ExitWatcher;
import java.util.function.Consumer;

/** Ends of container roots, by pidfd and whatever else the kernel tells of those that are not our children. */
public record ChildExits(PidfdWatcher watcher) implements ExitWatcher {
    @Override
    public Watch watch(ProcessId id, Fd pidfd, Consumer<ExitStatus> ended) {
        PidfdWatcher.Watch watch = watcher.watch(id, pidfd, (process, status, nanos) -> ended.accept(status));
        return watch::cancel;
    }
}
