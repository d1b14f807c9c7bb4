package io.vigia.kernel.cgroup;

/** Names of the kernel's files that are not limits, each once. {@code V1_} ones are of v1 controllers. */
final class CgroupFiles {
    static final String CONTROLLERS = "cgroup.controllers";
    static final String SUBTREE_CONTROL = "cgroup.subtree_control";
    static final String PROCS = "cgroup.procs";
    static final String EVENTS = "cgroup.events";
    static final String FREEZE = "cgroup.freeze";
    static final String KILL = "cgroup.kill";
    static final String CPU_STAT = "cpu.stat";
    static final String MEMORY_CURRENT = "memory.current";
    static final String MEMORY_PEAK = "memory.peak";
    static final String MEMORY_SWAP_EVENTS = "memory.swap.events";
    static final String MEMORY_SWAP_CURRENT = "memory.swap.current";
    static final String MEMORY_STAT = "memory.stat";
    static final String MEMORY_EVENTS = "memory.events";
    static final String MEMORY_EVENTS_LOCAL = "memory.events.local";
    static final String MEMORY_RECLAIM = "memory.reclaim";
    static final String PIDS_CURRENT = "pids.current";
    static final String PIDS_EVENTS = "pids.events";
    static final String PIDS_EVENTS_LOCAL = "pids.events.local";
    static final String IO_STAT = "io.stat";
    static final String IO_BFQ_WEIGHT = "io.bfq.weight";

    static final String V1_TASKS = "tasks";
    static final String V1_EVENT_CONTROL = "cgroup.event_control";
    static final String V1_CFS_QUOTA = "cpu.cfs_quota_us";
    static final String V1_CFS_PERIOD = "cpu.cfs_period_us";
    static final String V1_CFS_BURST = "cpu.cfs_burst_us";
    static final String V1_SHARES = "cpu.shares";
    static final String V1_LIMIT = "memory.limit_in_bytes";
    static final String V1_MEMSW_LIMIT = "memory.memsw.limit_in_bytes";
    static final String V1_USAGE = "memory.usage_in_bytes";
    static final String V1_MAX_USAGE = "memory.max_usage_in_bytes";
    static final String V1_FAILCNT = "memory.failcnt";
    static final String V1_OOM_CONTROL = "memory.oom_control";
    static final String V1_BFQ_WEIGHT = "blkio.bfq.weight";
    static final String V1_BLKIO_WEIGHT = "blkio.weight";
    static final String V1_READ_BPS = "blkio.throttle.read_bps_device";
    static final String V1_WRITE_BPS = "blkio.throttle.write_bps_device";
    static final String V1_READ_IOPS = "blkio.throttle.read_iops_device";
    static final String V1_WRITE_IOPS = "blkio.throttle.write_iops_device";
    static final String V1_IO_BYTES = "blkio.throttle.io_service_bytes_recursive";
    static final String V1_IO_OPS = "blkio.throttle.io_serviced_recursive";

    private CgroupFiles() {}
}
