package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code connector}: process events by netlink. {@code /proc/net/connector} is there in the host's network namespace only; in
 * another PID or user namespace the kernel ignores who wants to listen (drivers/connector/cn_proc.c).
 */
final class ConnectorCheck implements DoctorCheck {
    private static final String INSTEAD = "; processes are found in /proc instead";
    /** PROC_PID_INIT_INO and PROC_USER_INIT_INO of include/linux/proc_ns.h. */
    private static final String HOST_PID = "pid:[4026531836]";

    private static final String HOST_USER = "user:[4026531837]";

    private final Path proc;

    ConnectorCheck() {
        this(Path.of("/proc"));
    }

    /** @param proc where the proc file system is */
    ConnectorCheck(Path proc) {
        this.proc = proc;
    }

    @Override
    public String name() {
        return "connector";
    }

    @Override
    public Support probe() {
        if (!registered()) {
            return new Support.Degraded(
                    "no process events (cn_proc)" + INSTEAD,
                    "run in the host's network namespace, on a kernel with CONFIG_PROC_EVENTS");
        }
        if (!isIn("pid", HOST_PID) || !isIn("user", HOST_USER)) {
            return new Support.Degraded(
                    "no process events: the kernel sends none to other PID and user namespaces than the host's"
                            + INSTEAD,
                    "run in the host's PID and user namespaces (Kubernetes: hostPID: true)");
        }
        return new Support.Available("process events (cn_proc)");
    }

    private boolean registered() {
        try {
            return Files.readString(proc.resolve("net/connector"), StandardCharsets.UTF_8)
                    .contains("cn_proc");
        } catch (IOException e) {
            // No file is the same as an empty one: no connector here.
            return false;
        }
    }

    private boolean isIn(String kind, String hosts) {
        try {
            return Files.readSymbolicLink(proc.resolve("self/ns/" + kind))
                    .toString()
                    .equals(hosts);
        } catch (IOException e) {
            // Kernels without this kind of namespace have only the host's.
            return true;
        }
    }
}
