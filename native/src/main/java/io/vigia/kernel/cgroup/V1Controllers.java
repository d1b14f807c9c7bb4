package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The v1 controllers' files and names. */
public final class V1Controllers {
    private static final ControllerFiles CPU = new V1CpuFiles();
    private static final ControllerFiles MEMORY = new V1MemoryFiles();
    private static final ControllerFiles IO = new V1IoFiles();
    private static final ControllerFiles PIDS = new PidsFiles();
    private static final ControllerFiles CPUSET = new CpusetFiles(true);

    private static final Map<String, LimitFile> LIMITS = Map.ofEntries(
            Map.entry(CgroupFiles.V1_CFS_QUOTA, LimitFile.CPU_MAX),
            Map.entry(CgroupFiles.V1_CFS_PERIOD, LimitFile.CPU_MAX),
            Map.entry(CgroupFiles.V1_CFS_BURST, LimitFile.CPU_MAX_BURST),
            Map.entry(CgroupFiles.V1_SHARES, LimitFile.CPU_WEIGHT),
            Map.entry(CgroupFiles.V1_LIMIT, LimitFile.MEMORY_MAX),
            Map.entry(CgroupFiles.V1_MEMSW_LIMIT, LimitFile.MEMORY_SWAP_MAX),
            Map.entry(CgroupFiles.V1_READ_BPS, LimitFile.IO_MAX),
            Map.entry(CgroupFiles.V1_WRITE_BPS, LimitFile.IO_MAX),
            Map.entry(CgroupFiles.V1_READ_IOPS, LimitFile.IO_MAX),
            Map.entry(CgroupFiles.V1_WRITE_IOPS, LimitFile.IO_MAX),
            Map.entry(CgroupFiles.V1_BFQ_WEIGHT, LimitFile.IO_WEIGHT),
            Map.entry(CgroupFiles.V1_BLKIO_WEIGHT, LimitFile.IO_WEIGHT));

    private V1Controllers() {}

    /** The limit behind a file of a cgroup directory, by its v1 or v2 name; empty for a file that is no limit. */
    public static Optional<LimitFile> limitOf(String fileName) {
        LimitFile v1 = LIMITS.get(fileName);
        return v1 != null ? Optional.of(v1) : LimitFile.ofFileName(fileName);
    }

    /** Every limit file of a v1 directory, to its v2 name: what a watch for somebody else's writes listens to. */
    public static Map<String, String> limitNames() {
        Map<String, String> names = new HashMap<>();
        LIMITS.forEach((v1, limit) -> names.put(v1, limit.fileName()));
        for (LimitFile same : new LimitFile[] {LimitFile.PIDS_MAX, LimitFile.CPUSET_CPUS, LimitFile.CPUSET_MEMS}) {
            names.put(same.fileName(), same.fileName());
        }
        return names;
    }

    static ControllerFiles files(Controller controller) {
        return switch (controller) {
            case CPU -> CPU;
            case MEMORY -> MEMORY;
            case IO -> IO;
            case PIDS -> PIDS;
            case CPUSET -> CPUSET;
            case HUGETLB, RDMA, MISC -> V2Controllers.files(controller);
        };
    }

    /** Whether a v1 hierarchy with these v1 controllers is the place of {@code controller}. */
    static boolean provides(Set<String> v1Controllers, Controller controller) {
        return v1Controllers.contains(v1Name(controller));
    }

    static String v1Name(Controller controller) {
        return controller == Controller.IO ? "blkio" : controller.kernelName();
    }
}
