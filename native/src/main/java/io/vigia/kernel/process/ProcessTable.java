package io.vigia.kernel.process;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which process belongs to which cgroup, kept up by the kernel's messages: a child is in its parent's cgroup, whatever
 * sessions it makes and however often its parents die. What messages do not tell (somebody moved a process) is corrected by
 * looks into {@code /proc}. Owned by the kernel loop; {@code O(1)} for each message.
 */
public final class ProcessTable {
    private static final int ENDED = 4096;

    private final KernelLoop loop;
    private final int capacity;
    private final Map<Integer, TableEntry> byPid = new HashMap<>();
    private final Map<CgroupPath, Set<Integer>> byCgroup = new HashMap<>();
    private long overlooked;

    /** Where the last to end were: other sources speak of them a little later. */
    private final Map<Integer, CgroupPath> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, CgroupPath> eldest) {
            return size() > ENDED;
        }
    };

    /** While a look into /proc is under way: what the messages said meanwhile is newer than what it finds. */
    private @Nullable Set<Integer> touched;

    /** @param capacity processes at most; about 250 bytes each */
    public ProcessTable(KernelLoop loop, int capacity) {
        this.loop = loop;
        this.capacity = capacity;
    }

    /** Takes note of a fork or an exit; other events mean nothing here. */
    public void accept(KernelEvent event) {
        loop.requireInLoop();
        switch (event) {
            case ProcessForked(int parentPid, int pid, long nanos) -> {
                touch(pid);
                TableEntry known = byPid.get(pid);
                if (known != null && known.forkUntold) {
                    // Learnt of by another way before this message was read: that was about the same process, and
                    // newer.
                    known.forkUntold = false;
                    known.forker = parentPid;
                    known.descendFrom(byPid.get(parentPid));
                } else {
                    TableEntry parent = byPid.get(parentPid);
                    remove(pid);
                    put(pid, parentPid, parent == null ? null : parent.cgroup, false);
                }
            }
            case ProcessExited exited -> {
                touch(exited.pid());
                remove(exited.pid());
            }
            default -> {}
        }
    }

    /** What is known better than by inheritance: a process born in, or moved to, a cgroup. */
    public void assign(int pid, CgroupPath cgroup) {
        loop.requireInLoop();
        touch(pid);
        TableEntry entry = byPid.get(pid);
        if (entry == null) {
            put(pid, 0, cgroup, true);
        } else {
            move(entry, cgroup);
        }
    }

    /**
     * A child that was put into its cgroup before it ran. Whom it forked meanwhile was taken to be where its own parent is, and
     * moves with it.
     */
    public void born(int pid, CgroupPath cgroup) {
        loop.requireInLoop();
        TableEntry entry = byPid.get(pid);
        CgroupPath inherited = entry == null ? null : entry.cgroup;
        assign(pid, cgroup);
        if (entry != null) {
            entry.forEachDescendant(descendant -> {
                if (Objects.equals(descendant.cgroup, inherited)) {
                    assign(descendant.pid, cgroup);
                }
            });
        }
    }

    /** Whom a process forked, and whom these did, as far as they are taken to be where it is. To be asked before its exit is accepted. */
    public List<Integer> descendantsWhereItIs(int pid) {
        loop.requireInLoop();
        TableEntry entry = byPid.get(pid);
        if (entry == null) {
            return List.of();
        }
        List<Integer> found = new ArrayList<>(0);
        entry.forEachDescendant(descendant -> {
            if (Objects.equals(descendant.cgroup, entry.cgroup)) {
                found.add(descendant.pid);
            }
        });
        return found;
    }

    /**
     * The same as {@link #born} for whom such a child forked before it ended: those of {@code pids} that live and are still taken to be in
     * {@code from}.
     */
    public void leftBehind(List<Integer> pids, @Nullable CgroupPath from, CgroupPath cgroup) {
        loop.requireInLoop();
        for (int pid : pids) {
            TableEntry entry = byPid.get(pid);
            if (entry != null && Objects.equals(entry.cgroup, from)) {
                born(pid, cgroup);
            }
        }
    }

    /**
     * Where a process is now, by a look at it; nothing when it has ended meanwhile.
     *
     * @return whom it forked and who is taken to be where it was: before it moved or after it, which only a look tells
     */
    public List<Integer> looked(int pid, CgroupPath cgroup) {
        loop.requireInLoop();
        TableEntry entry = byPid.get(pid);
        if (entry == null || cgroup.equals(entry.cgroup)) {
            return List.of();
        }
        List<Integer> unsure = new ArrayList<>();
        CgroupPath before = entry.cgroup;
        entry.forEachDescendant(descendant -> {
            if (Objects.equals(descendant.cgroup, before)) {
                unsure.add(descendant.pid);
            }
        });
        touch(pid);
        move(entry, cgroup);
        return unsure;
    }

    /** Before a look into /proc ({@link ProcessSeen#all()}, off the loop). A second one before the end starts over. */
    public void reconcileStarting() {
        loop.requireInLoop();
        touched = new HashSet<>();
    }

    /** With what was found: everything else is forgotten, but for what the messages said meanwhile. */
    public void reconcileDone(Collection<ProcessSeen> found) {
        loop.requireInLoop();
        Set<Integer> newer = touched;
        if (newer == null) {
            throw new IllegalStateException("reconcileStarting() comes first");
        }
        touched = null;
        Set<Integer> gone = new HashSet<>(byPid.keySet());
        for (ProcessSeen seen : found) {
            gone.remove(seen.pid());
            if (newer.contains(seen.pid())) {
                continue;
            }
            TableEntry entry = byPid.get(seen.pid());
            if (entry == null) {
                put(seen.pid(), seen.parentPid(), seen.cgroup(), true);
            } else {
                entry.forker = seen.parentPid();
                move(entry, seen.cgroup());
            }
        }
        // Once all are there: a parent may have a higher number than its child.
        for (ProcessSeen seen : found) {
            TableEntry entry = newer.contains(seen.pid()) ? null : byPid.get(seen.pid());
            if (entry != null) {
                entry.descendFrom(byPid.get(seen.parentPid()));
            }
        }
        for (Integer pid : gone) {
            if (!newer.contains(pid)) {
                remove(pid);
            }
        }
    }

    /** {@code null} when the process, or its cgroup, is not known. */
    public @Nullable CgroupPath cgroupOf(int pid) {
        loop.requireInLoop();
        TableEntry entry = byPid.get(pid);
        return entry == null ? null : entry.cgroup;
    }

    /** The same, also of one that has just ended. The kernel's log may tell of a kill after the message of the exit. */
    public @Nullable CgroupPath lastCgroupOf(int pid) {
        CgroupPath now = cgroupOf(pid);
        return now == null && !byPid.containsKey(pid) ? ended.get(pid) : now;
    }

    /** Who forked it, alive or not; 0 when not known. After the parent's death the kernel's own answer is another. */
    public int parentOf(int pid) {
        loop.requireInLoop();
        TableEntry entry = byPid.get(pid);
        return entry == null ? 0 : entry.forker;
    }

    /**
     * A process by the kernel's messages.
     *
     * @param forker 0 when not known
     * @param ancestor the nearest of those it descends from that lives, 0 when not known: after a double fork who started the
     *     daemon, where the kernel's own answer is PID 1 or a subreaper
     */
    public record Member(int pid, int forker, int ancestor) {}

    /** Members of this cgroup and of those below it. */
    public List<Member> within(CgroupPath group) {
        loop.requireInLoop();
        List<Member> all = new ArrayList<>();
        byCgroup.forEach((cgroup, pids) -> {
            if (cgroup.isWithin(group)) {
                pids.forEach(pid -> all.add(member(pid)));
            }
        });
        return all;
    }

    private Member member(int pid) {
        TableEntry entry = Objects.requireNonNull(byPid.get(pid));
        TableEntry ancestor = entry.ancestor();
        return new Member(pid, entry.forker, ancestor == null ? 0 : ancestor.pid);
    }

    /** Members of this cgroup alone, oldest known first. */
    public List<Integer> members(CgroupPath cgroup) {
        loop.requireInLoop();
        return new ArrayList<>(byCgroup.getOrDefault(cgroup, Set.of()));
    }

    public int size() {
        return byPid.size();
    }

    /** Processes that found no room. */
    public long overlooked() {
        return overlooked;
    }

    private void touch(int pid) {
        if (touched != null) {
            boolean unused = touched.add(pid);
        }
    }

    private void put(int pid, int parentPid, @Nullable CgroupPath cgroup, boolean forkUntold) {
        if (byPid.size() >= capacity) {
            overlooked++;
            return;
        }
        TableEntry entry = new TableEntry(pid, parentPid, forkUntold);
        byPid.put(pid, entry);
        entry.descendFrom(byPid.get(parentPid));
        move(entry, cgroup);
    }

    private void remove(int pid) {
        TableEntry entry = byPid.remove(pid);
        if (entry != null) {
            if (entry.cgroup != null) {
                ended.remove(pid);
                ended.put(pid, entry.cgroup);
            }
            move(entry, null);
            entry.end();
        }
    }

    private void move(TableEntry entry, @Nullable CgroupPath to) {
        CgroupPath from = entry.cgroup;
        if (from != null && from.equals(to)) {
            return;
        }
        if (from != null) {
            Set<Integer> members = byCgroup.get(from);
            if (members != null && members.remove(entry.pid) && members.isEmpty()) {
                byCgroup.remove(from);
            }
        }
        entry.cgroup = to;
        if (to != null) {
            boolean unused =
                    byCgroup.computeIfAbsent(to, c -> new LinkedHashSet<>(4)).add(entry.pid);
        }
    }
}
