package io.vigia.kernel.process;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.ProcStat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process as a look into {@code /proc} found it.
 *
 * @param cgroup in the v2 tree; {@code null} where it is not visible
 */
public record ProcessSeen(
        int pid,
        int parentPid,
        long startTicks,
        int threads,
        @Nullable CgroupPath cgroup) {
    /** Looks at every process: about 30 µs each, so off the loop. */
    public static List<ProcessSeen> all() {
        List<ProcessSeen> all = new ArrayList<>();
        ProcFs.forEachPid(pid -> {
            ProcessSeen seen = one(pid);
            if (seen != null) {
                all.add(seen);
            }
        });
        return all;
    }

    /** {@code null} when it is gone. */
    public static @Nullable ProcessSeen one(int pid) {
        return ProcFs.stat(pid) instanceof Reading.Known<ProcStat>(ProcStat stat)
                ? new ProcessSeen(
                        pid,
                        stat.parentPid(),
                        stat.startTicks(),
                        stat.threads(),
                        ProcFs.cgroup(pid).orNull())
                : null;
    }
}
