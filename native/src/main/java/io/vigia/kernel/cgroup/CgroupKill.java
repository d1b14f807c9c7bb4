package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.CgroupProcs;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Ends every process of a cgroup and its descendants. {@code cgroup.kill} (Linux 5.14) does it in the kernel; where it is
 * missing or refused (threaded groups) the group is frozen, so that nobody forks away, and its processes are ended through
 * pidfds. Thawed on every way out: a kill must not leave a group frozen.
 */
final class CgroupKill {
    private static final int SIGKILL = 9;
    /** Freezing is asynchronous, so a fork may slip through the first passes; each pass takes what the last one missed. */
    private static final int MOST_PASSES = 100;

    private final Hierarchy hierarchy;
    private final Supplier<CgroupPath> self;

    /** @param self the cgroup that this process is in, now */
    CgroupKill(Hierarchy hierarchy, Supplier<CgroupPath> self) {
        this.hierarchy = hierarchy;
        this.self = self;
    }

    Reading<Boolean> killAll(CgroupDir directory) {
        if (self.get().isWithin(directory.path())) {
            return Reading.unknown("vigia itself lives in " + directory.display() + "; it is never a victim");
        }
        try {
            Reading<Boolean> killed = directory.write(CgroupFiles.KILL, "1");
            if (!(killed instanceof Reading.Unknown<Boolean>)) {
                return killed;
            }
        } catch (KernelException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
        return killOneByOne(directory);
    }

    Reading<Boolean> killOneByOne(CgroupDir directory) {
        Reading<Boolean> frozen = directory.write(CgroupFiles.FREEZE, "1");
        if (frozen instanceof Reading.Gone<Boolean>) {
            return frozen;
        }
        try {
            Set<Integer> done = new HashSet<>();
            for (int pass = 0; pass < MOST_PASSES; pass++) {
                int before = done.size();
                killMembers(directory.path(), done);
                if (done.size() == before) {
                    return Reading.known(true);
                }
            }
            return Reading.unknown(directory.display() + " forks faster than it can be ended");
        } finally {
            directory.write(CgroupFiles.FREEZE, "0");
        }
    }

    private void killMembers(CgroupPath path, Set<Integer> done) {
        List<Integer> pids = members(path);
        for (int pid : pids) {
            if (!done.contains(pid) && hierarchy.syscalls().pidfdOpen(pid) instanceof Reading.Known<Fd>(Fd pidfd)) {
                try (pidfd) {
                    // The number may have been recycled before the pidfd was open: still a member, still the one.
                    if (members(path).contains(pid)) {
                        hierarchy.syscalls().pidfdSendSignal(pidfd, SIGKILL);
                        done.add(pid);
                    }
                }
            }
        }
        List<CgroupPath> children = hierarchy.children(path).orNull();
        if (children != null) {
            children.forEach(child -> killMembers(child, done));
        }
    }

    private List<Integer> members(CgroupPath path) {
        Reading<List<Integer>> pids = Readings.then(
                hierarchy.inode(path),
                inode -> Readings.parse(
                        new CgroupDir(hierarchy, path, inode).read(CgroupFiles.PROCS),
                        CgroupFiles.PROCS,
                        CgroupProcs::parse));
        List<Integer> known = pids.orNull();
        return known == null ? List.of() : known;
    }
}
