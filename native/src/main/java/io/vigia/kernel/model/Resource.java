package io.vigia.kernel.model;

import java.util.Locale;

/** What PSI accounts for. Source: Documentation/accounting/psi.rst. {@code IRQ} has only {@code full}, Linux 6.1. */
public enum Resource {
    CPU,
    MEMORY,
    IO,
    IRQ;

    /** The file in a cgroup directory, for example {@code memory.pressure}. */
    public String pressureFile() {
        return kernelName() + ".pressure";
    }

    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
