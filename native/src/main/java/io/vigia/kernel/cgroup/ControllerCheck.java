package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Support;
import java.util.ArrayList;
import java.util.List;

/** {@code controller.NAME}: whether it is there, and which of its limits are not to be had. */
public final class ControllerCheck implements DoctorCheck {
    private final Cgroups cgroups;
    private final Controller controller;

    public ControllerCheck(Cgroups cgroups, Controller controller) {
        this.cgroups = cgroups;
        this.controller = controller;
    }

    @Override
    public String name() {
        return "controller." + controller.kernelName();
    }

    @Override
    public Support probe() {
        if (!cgroups.controllers().contains(controller)) {
            return new Support.Missing(
                    "no " + controller.kernelName() + " controller for groups below " + cgroups.own(),
                    "enable it in cgroup.subtree_control of the parents (systemd: Delegate=yes)");
        }
        List<String> lost = new ArrayList<>();
        for (LimitFile file : LimitFile.values()) {
            if (file.controller() == controller && !cgroups.support(file).usable()) {
                lost.add(file.fileName());
            }
        }
        return lost.isEmpty()
                ? new Support.Available(cgroups.kind().apiName())
                : new Support.Degraded("no " + String.join(", ", lost), "use a kernel and hierarchy that have them");
    }
}
