package io.vigia.supervisor.group;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.ProcFs;
import io.vigia.kernel.process.ProcessInfo;
import io.vigia.supervisor.model.ProcessView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trees from {@code /proc} of the processes that the kernel lists in a group and below. */
final class ProcProcessTrees implements ProcessTrees {
    // USER_HZ is 100 on every architecture that vigia runs on (proc_pid_stat(5), sysconf(_SC_CLK_TCK)).
    private static final long TICKS_PER_SECOND = 100;

    private final Cgroups cgroups;

    ProcProcessTrees(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    private record Found(ProcessInfo info, String cgroup) {}

    @Override
    public List<ProcessView> of(CgroupPath group) {
        Map<Integer, Found> found = new LinkedHashMap<>();
        collect(group, found);
        Instant boot = bootTime();
        List<ProcessView> roots = new ArrayList<>();
        for (Found one : found.values()) {
            if (!found.containsKey(one.info.parentPid())) {
                roots.add(view(one, found, boot));
            }
        }
        return roots;
    }

    private void collect(CgroupPath group, Map<Integer, Found> found) {
        Cgroup cgroup = cgroups.open(group).orNull();
        List<Integer> pids = cgroup == null ? null : cgroup.processes().orNull();
        if (pids != null) {
            for (int pid : pids) {
                ProcStat stat = ProcFs.stat(pid).orNull();
                if (stat != null) {
                    found.put(pid, new Found(info(stat), group.id()));
                }
            }
        }
        List<CgroupPath> children = cgroups.children(group).orNull();
        if (children != null) {
            children.forEach(child -> collect(child, found));
        }
    }

    private static ProcessView view(Found one, Map<Integer, Found> all, Instant boot) {
        List<ProcessView> children = new ArrayList<>();
        for (Found other : all.values()) {
            if (other.info.parentPid() == one.info.id().pid()) {
                children.add(view(other, all, boot));
            }
        }
        Instant start = boot.plusMillis(one.info.id().startTicks() * 1000 / TICKS_PER_SECOND);
        return new ProcessView(one.info, start, one.cgroup, children);
    }

    private static ProcessInfo info(ProcStat stat) {
        return new ProcessInfo(
                new ProcessId(stat.pid(), stat.startTicks()),
                stat.parentPid(),
                nsPids(stat.pid()),
                stat.comm(),
                command(stat.pid()),
                stat.state(),
                stat.threads());
    }

    private static List<String> command(int pid) {
        try {
            byte[] raw = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            String text = CgroupPath.escape(raw);
            return text.isEmpty()
                    ? List.of()
                    : List.of(text.split("\0", -1)).subList(0, text.split("\0", -1).length - 1);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Integer> nsPids(int pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("NSpid:")) {
                    List<Integer> all = new ArrayList<>();
                    for (String one : line.substring("NSpid:".length()).strip().split("\\s+", -1)) {
                        all.add(Integer.valueOf(one));
                    }
                    return all;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // The process ended between two readings: an ordinary result.
        }
        return List.of(pid);
    }

    private static Instant bootTime() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/stat"), StandardCharsets.US_ASCII)) {
                if (line.startsWith("btime ")) {
                    return Instant.ofEpochSecond(
                            Long.parseLong(line.substring(6).strip()));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Only the shown start time depends on it.
        }
        return Instant.EPOCH;
    }
}
