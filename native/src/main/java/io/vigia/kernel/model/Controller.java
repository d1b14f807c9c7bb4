package io.vigia.kernel.model;

import java.util.Locale;
import java.util.Optional;

/** Cgroup controllers, by their v2 names. Source: Documentation/admin-guide/cgroup-v2.rst, "Controllers". */
public enum Controller {
    CPU,
    MEMORY,
    IO,
    PIDS,
    CPUSET,
    HUGETLB,
    RDMA,
    MISC;

    /** As {@code cgroup.controllers} prints it. */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a controller that vigia does not know. */
    public static Optional<Controller> ofKernelName(String name) {
        for (Controller c : values()) {
            if (c.kernelName().equals(name)) {
                return Optional.of(c);
            }
        }
        return Optional.empty();
    }
}
