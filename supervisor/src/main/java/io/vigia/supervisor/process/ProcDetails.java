package io.vigia.supervisor.process;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.ProcessInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What {@code /proc} says of one process beside its {@code stat}. Blocking; worker threads. */
final class ProcDetails {
    // USER_HZ is 100 on every architecture that vigia runs on (proc_pid_stat(5), sysconf(_SC_CLK_TCK)).
    private static final long TICKS_PER_SECOND = 100;

    private ProcDetails() {}

    static Instant startTime(ProcStat stat, Instant boot) {
        return boot.plusMillis(stat.startTicks() * 1000 / TICKS_PER_SECOND);
    }

    static ProcessInfo info(ProcStat stat) {
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

    static Instant bootTime() {
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
