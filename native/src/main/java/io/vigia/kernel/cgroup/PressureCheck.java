package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;
import io.vigia.kernel.psi.PsiProbe;
import io.vigia.kernel.sys.Syscalls;

/** {@code psi}: whether pressure is accounted, and which trigger windows the kernel takes from us (psi.rst). */
public final class PressureCheck implements DoctorCheck {
    private final Syscalls syscalls;

    public PressureCheck(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public String name() {
        return "psi";
    }

    @Override
    public Support probe() {
        return PsiProbe.probe(syscalls);
    }
}
