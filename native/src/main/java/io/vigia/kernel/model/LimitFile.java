package io.vigia.kernel.model;

import java.util.Optional;

/** The limit files that vigia reads and writes, in v2 terms whatever the hierarchy. */
public enum LimitFile {
    CPU_MAX("cpu.max", Controller.CPU),
    CPU_MAX_BURST("cpu.max.burst", Controller.CPU),
    CPU_WEIGHT("cpu.weight", Controller.CPU),
    CPU_IDLE("cpu.idle", Controller.CPU),
    MEMORY_MIN("memory.min", Controller.MEMORY),
    MEMORY_LOW("memory.low", Controller.MEMORY),
    MEMORY_HIGH("memory.high", Controller.MEMORY),
    MEMORY_MAX("memory.max", Controller.MEMORY),
    MEMORY_SWAP_MAX("memory.swap.max", Controller.MEMORY),
    MEMORY_OOM_GROUP("memory.oom.group", Controller.MEMORY),
    PIDS_MAX("pids.max", Controller.PIDS),
    IO_MAX("io.max", Controller.IO),
    IO_WEIGHT("io.weight", Controller.IO),
    CPUSET_CPUS("cpuset.cpus", Controller.CPUSET),
    CPUSET_MEMS("cpuset.mems", Controller.CPUSET);

    private final String fileName;
    private final Controller controller;

    LimitFile(String fileName, Controller controller) {
        this.fileName = fileName;
        this.controller = controller;
    }

    /** The v2 file name, which is also the name in the API and in manifests. */
    public String fileName() {
        return fileName;
    }

    public Controller controller() {
        return controller;
    }

    /** What a new cgroup has; for the cpuset files the empty text, which means "as the parent". */
    public LimitValue kernelDefault() {
        return switch (this) {
            case CPU_MAX -> new LimitValue.CpuUnlimited(LimitValue.CpuQuota.DEFAULT_PERIOD_USEC);
            case MEMORY_HIGH, MEMORY_MAX, MEMORY_SWAP_MAX, PIDS_MAX, IO_MAX -> new LimitValue.Max();
            case CPU_MAX_BURST, CPU_IDLE, MEMORY_MIN, MEMORY_LOW, MEMORY_OOM_GROUP -> new LimitValue.Amount(0);
            case CPU_WEIGHT, IO_WEIGHT -> new LimitValue.Weight(100);
            case CPUSET_CPUS, CPUSET_MEMS -> new LimitValue.Text("");
        };
    }

    public static Optional<LimitFile> ofFileName(String name) {
        for (LimitFile f : values()) {
            if (f.fileName.equals(name)) {
                return Optional.of(f);
            }
        }
        return Optional.empty();
    }
}
