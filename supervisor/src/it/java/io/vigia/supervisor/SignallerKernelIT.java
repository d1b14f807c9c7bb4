package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.guest.Patience;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignallerKernelIT {
    private static final int SIGKILL = 9;

    @Test
    void signalsAProcessAndNoOtherOfItsNumber() throws Exception {
        try (Cgroups cgroups = RealCgroups.open()) {
            CgroupPath path = cgroups.own()
                    .child("vigia-it-signal-" + ProcessHandle.current().pid());
            String directory = cgroups.create(path).entry().v2Directory();
            Process sleeper = new ProcessBuilder(
                            "sh", "-ec", "echo 0 >" + directory + "/cgroup.procs; echo in; exec sleep 600")
                    .start();
            try {
                assertThat(sleeper.inputReader().readLine()).isEqualTo("in");
                Signaller signaller = new Signaller(cgroups, new JnaSyscalls());
                ProcessId process = Objects.requireNonNull(signaller.find(path, (int) sleeper.pid()));
                ProcessId later = new ProcessId(process.pid(), process.startTicks() + 1);
                assertThat(signaller.signalProcess(path, later, SIGKILL)).isFalse();
                assertThat(sleeper.isAlive()).isTrue();
                assertThat(signaller.signalProcess(path, process, SIGKILL)).isTrue();
                assertThat(sleeper.waitFor(Patience.seconds(20), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(signaller.find(path, process.pid())).isNull();
            } finally {
                boolean unused = sleeper.destroyForcibly().waitFor(Patience.seconds(20), TimeUnit.SECONDS);
                cgroups.remove(path);
            }
        }
    }
}
