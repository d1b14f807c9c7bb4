package io.vigia.supervisor.engine;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** By pidfd alone: exact for children, which it reaps; of others it learns that they ended, not how. Kernel-loop thread only. */
public final class PidfdExitWatcher implements ExitWatcher {
    private final KernelLoop loop;
    private final Syscalls syscalls;

    public PidfdExitWatcher(KernelLoop loop, Syscalls syscalls) {
        this.loop = loop;
        this.syscalls = syscalls;
    }

    @Override
    public Watch watch(ProcessId id, Fd pidfd, Consumer<ExitStatus> ended) {
        OneEnd one = new OneEnd(pidfd, ended);
        one.registration = loop.register(pidfd, KernelLoop.EPOLLIN | KernelLoop.EPOLLET, (bits, nanos) -> one.ready());
        return one::cancel;
    }

    private final class OneEnd {
        private final Fd pidfd;
        private final Consumer<ExitStatus> ended;
        private KernelLoop.@Nullable Registration registration;
        private boolean done;

        private OneEnd(Fd pidfd, Consumer<ExitStatus> ended) {
            this.pidfd = pidfd;
            this.ended = ended;
        }

        private void ready() {
            if (done) {
                return;
            }
            cancel();
            ended.accept(
                    switch (syscalls.waitPidfd(pidfd)) {
                        case Reading.Known<ExitStatus>(ExitStatus status) -> status;
                        case Reading.Gone<ExitStatus>() -> new ExitStatus.Unknown("somebody else reaped it");
                        case Reading.Unknown<ExitStatus>(String why) -> new ExitStatus.Unknown(why);
                    });
        }

        private void cancel() {
            done = true;
            if (registration != null) {
                registration.cancel();
            }
        }
    }
}
