package io.vigia.supervisor.engine;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.sys.Fd;
import java.util.function.Consumer;

/** Tells when and how root processes end. Kernel-loop thread only. */
public interface ExitWatcher {
    /**
     * Watches a process, a child of vigia or not; {@code ended} is called once, on the loop, also if it has ended already.
     * The descriptor stays the caller's.
     */
    Watch watch(ProcessId id, Fd pidfd, Consumer<ExitStatus> ended);

    /** A watched process. */
    interface Watch {
        /** A second call does nothing. */
        void cancel();
    }
}
