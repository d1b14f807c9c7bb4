package io.vigia.kernel.process;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.sys.ProcessCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reaps zombies that became children of this process because their parents died, where it is PID 1 or a subreaper. By PID and never
 * "any child", so that it takes nobody's status: not of a claimed child ({@link Children}), and not of one that the JVM's
 * own {@link Process} waits for. The latter is told by time: who waits for a child does so at once, so what is a zombie in two
 * looks in a row is nobody's. Any one thread at a time; reads {@code /proc}, so not on the loop.
 */
public final class OrphanReaper {
    private final ProcessCalls calls;
    private final Children children;
    private Set<ProcessId> candidates = Set.of();

    public OrphanReaper(ProcessCalls calls, Children children) {
        this.calls = calls;
        this.children = children;
    }

    /**
     * Reaps what was a zombie in the look before, too. Call it again, a second later, while {@link #hasCandidates()}.
     *
     * @return what was reaped
     */
    public synchronized Map<ProcessId, ExitStatus> reapOrphans() {
        Map<ProcessId, ExitStatus> reaped = new LinkedHashMap<>();
        Set<ProcessId> zombies = new HashSet<>();
        for (int pid : childPids()) {
            if (!children.isClaimed(pid)
                    && ProcFs.stat(pid) instanceof Reading.Known<ProcStat>(ProcStat stat)
                    && stat.state() == 'Z') {
                ProcessId id = new ProcessId(pid, stat.startTicks());
                if (!candidates.contains(id)) {
                    zombies.add(id);
                } else if (calls.waitPid(pid, false) instanceof Reading.Known<ExitStatus>(ExitStatus status)) {
                    reaped.put(id, status);
                }
            }
        }
        candidates = Set.copyOf(zombies);
        return reaped;
    }

    /** Whether the last look found zombies that may be reaped by the next one. */
    public synchronized boolean hasCandidates() {
        return !candidates.isEmpty();
    }

    /** Children belong to the thread that made or inherited them (CONFIG_PROC_CHILDREN). */
    private static Set<Integer> childPids() {
        Set<Integer> pids = new HashSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                addChildren(task, pids);
            }
        } catch (IOException e) {
            return pids;
        }
        return pids;
    }

    private static void addChildren(Path task, Set<Integer> pids) {
        try {
            for (String pid : Files.readString(task.resolve("children"), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ")) {
                if (!pid.isEmpty()) {
                    boolean unused = pids.add(Integer.valueOf(pid));
                }
            }
        } catch (IOException e) {
            // The thread ended: its children belong to another thread now, for the next look.
        }
    }
}
