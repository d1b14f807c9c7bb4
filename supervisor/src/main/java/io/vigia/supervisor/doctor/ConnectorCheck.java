package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code connector}: process events by netlink. {@code /proc/net/connector} lists what registered in this namespace. */
final class ConnectorCheck implements DoctorCheck {
    private static final Path LIST = Path.of("/proc/net/connector");

    @Override
    public String name() {
        return "connector";
    }

    @Override
    public Support probe() {
        try {
            if (Files.readString(LIST, StandardCharsets.UTF_8).contains("cn_proc")) {
                return new Support.Available("process events (cn_proc)");
            }
        } catch (IOException e) {
            // No file is the same as an empty one: no connector here.
        }
        return new Support.Degraded(
                "no process events (cn_proc); processes are found in /proc instead",
                "run in the host's network namespace, on a kernel with CONFIG_PROC_EVENTS");
    }
}
