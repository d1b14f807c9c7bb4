package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.ControllerCheck;
import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.cgroup.HierarchyCheck;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HierarchyLayout;
import io.vigia.kernel.cgroup.KernelVersionCheck;
import io.vigia.kernel.cgroup.PressureCheck;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Syscalls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checks that a running vigia tells in its log and its readiness, in the doctor's words. One of these missing makes it
 * not ready, though it stays up; something degraded costs a part.
 */
public final class Essentials {
    private static final List<Controller> CONTROLLERS = List.of(Controller.CPU, Controller.MEMORY);

    private Essentials() {}

    /** By the doctor's names. May block for some milliseconds. */
    public static Map<String, Support> of(Syscalls syscalls, HierarchyLayout layout, Cgroups cgroups) {
        Map<String, Support> found = new LinkedHashMap<>();
        check(new KernelVersionCheck(), found);
        check(new HierarchyCheck(layout), found);
        for (Controller controller : CONTROLLERS) {
            check(
                    cgroups.kind() == HierarchyKind.NONE
                            ? new NoController(controller)
                            : new ControllerCheck(cgroups, controller),
                    found);
        }
        check(new PressureCheck(syscalls), found);
        check(new ConnectorCheck(), found);
        return found;
    }

    private static void check(DoctorCheck check, Map<String, Support> into) {
        into.put(check.name(), check.probe());
    }
}
