package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Support;

/** A controller where there is no hierarchy to ask. */
record NoController(Controller controller) implements DoctorCheck {
    @Override
    public String name() {
        return "controller." + controller.kernelName();
    }

    @Override
    public Support probe() {
        return new Support.Missing("there is no usable hierarchy", "see 'hierarchy'");
    }
}
