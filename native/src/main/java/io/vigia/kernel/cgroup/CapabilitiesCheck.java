package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code capabilities}: CapEff of this process, and what each missing one costs (capabilities(7)). */
public final class CapabilitiesCheck implements DoctorCheck {
    /** Bit to name and use, for those that vigia has a use for. */
    private static final Map<Integer, String> USES = new TreeMap<>(Map.of(
            1, "CAP_DAC_OVERRIDE (cgroup files of others)",
            5, "CAP_KILL (signals to processes of others)",
            12, "CAP_NET_ADMIN (process events before Linux 6.6, large netlink buffers)",
            21, "CAP_SYS_ADMIN (a cgroup2 mount of its own)",
            23, "CAP_SYS_NICE (nice below 0)",
            24, "CAP_SYS_RESOURCE (pressure windows that are no multiple of 2 s)",
            34, "CAP_SYSLOG (OOM victims from /dev/kmsg)"));

    private final @Nullable String status;

    public CapabilitiesCheck() {
        this(HostText.read("/proc/self/status"));
    }

    /** @param status the text of {@code /proc/self/status} */
    CapabilitiesCheck(@Nullable String status) {
        this.status = status;
    }

    @Override
    public String name() {
        return "capabilities";
    }

    @Override
    public Support probe() {
        long effective = effective(status == null ? "" : status);
        if (effective < 0) {
            return new Support.Missing("no CapEff in /proc/self/status", "mount /proc where vigia runs");
        }
        List<String> lost = new ArrayList<>();
        USES.forEach((bit, use) -> {
            if ((effective >> bit & 1) == 0) {
                lost.add(use);
            }
        });
        return lost.isEmpty()
                ? new Support.Available("CapEff " + Long.toHexString(effective))
                : new Support.Degraded(
                        "without " + String.join(", ", lost),
                        "run as root, or add them (AmbientCapabilities= in the unit, securityContext in a pod)");
    }

    static long effective(String status) {
        for (String line : status.split("\n")) {
            if (line.startsWith("CapEff:")) {
                return Long.parseLong(line.substring("CapEff:".length()).strip(), 16);
            }
        }
        return -1;
    }
}
