package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The v2 controllers' files, and the text of {@code cgroup.controllers} and {@code cgroup.subtree_control}. */
final class V2Controllers {
    /** Those with limits or counters that vigia uses, and so enables for its groups. */
    static final Set<Controller> USED =
            Set.of(Controller.CPU, Controller.MEMORY, Controller.IO, Controller.PIDS, Controller.CPUSET);

    private static final ControllerFiles MEMORY = new MemoryFiles();
    private static final ControllerFiles IO = new IoFiles();
    private static final ControllerFiles PIDS = new PidsFiles();
    private static final ControllerFiles CPUSET = new CpusetFiles(false);
    private static final ControllerFiles CPU = new ControllerFiles(Controller.CPU);

    private V2Controllers() {}

    static ControllerFiles files(Controller controller) {
        return switch (controller) {
            case CPU -> CPU;
            case MEMORY -> MEMORY;
            case IO -> IO;
            case PIDS -> PIDS;
            case CPUSET -> CPUSET;
            case HUGETLB, RDMA, MISC -> new ControllerFiles(controller);
        };
    }

    /** Names that vigia does not know are left out; {@code null} is the empty set. */
    static Set<Controller> parse(@Nullable String text) {
        EnumSet<Controller> all = EnumSet.noneOf(Controller.class);
        if (text != null) {
            for (String name : text.strip().split("\\s+")) {
                Controller.ofKernelName(name).ifPresent(all::add);
            }
        }
        return all;
    }
}
