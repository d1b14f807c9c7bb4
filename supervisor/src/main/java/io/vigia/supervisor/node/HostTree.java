package io.vigia.supervisor.node;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HierarchyLayout;
import io.vigia.kernel.cgroup.HierarchyProbe;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.cgroup.ParentRefusedException;
import io.vigia.kernel.cgroup.Whereabouts;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.doctor.Essentials;
import io.vigia.supervisor.model.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroup tree of this host, or what stands in for it: without one vigia stays up, sees no groups and says why.
 *
 * @param self the cgroup that this process is in: not of {@code cgroups.own()} where a cgroup namespace hides it
 * @param root the v2 mount, opened; {@code null} where there is none
 * @param essentials what the doctor says of this host, by the doctor's names
 */
record HostTree(Cgroups cgroups, CgroupPath self, @Nullable Fd root, Map<String, Support> essentials) {
    private static final Logger LOG = LoggerFactory.getLogger(HostTree.class);

    /**
     * Blocking.
     *
     * @param parent of managed groups as configured; {@code null}: below our own cgroup, which must be fit for it
     * @throws Problem of kind REFUSED when it is not, with the ways out
     */
    static HostTree open(Syscalls syscalls, @Nullable CgroupPath parent, Path stateDir, Closing closing) {
        HierarchyLayout layout = HierarchyProbe.ofHost();
        Cgroups cgroups = cgroups(syscalls, layout);
        ParentRefusedException refusal = parent == null ? cgroups.parentRefusal() : null;
        if (refusal != null) {
            cgroups.close();
            TransientScope.enter(refusal, stateDir);
            layout = HierarchyProbe.ofHost();
            cgroups = cgroups(syscalls, layout);
            refusal = cgroups.parentRefusal();
            if (refusal != null) {
                cgroups.close();
                throw Problem.of(Problem.Kind.REFUSED, String.valueOf(refusal.getMessage()));
            }
        }
        Cgroups opened = closing.later("cgroups", cgroups);
        Fd root = openRoot(opened);
        if (root != null) {
            Fd unused = closing.later("cgroup root", root);
        }
        Map<String, Support> essentials = Essentials.of(syscalls, layout, opened);
        say(essentials);
        String advice = parent == null ? ownService(opened.kind(), opened.own()) : null;
        if (advice != null) {
            LOG.info("{}", advice);
        }
        return new HostTree(opened, self(opened, syscalls.pid()), root, essentials);
    }

    private static Cgroups cgroups(Syscalls syscalls, HierarchyLayout layout) {
        return switch (HostCgroups.open(syscalls, layout)) {
            case Reading.Known<Cgroups>(Cgroups found) -> found;
            case Reading.Gone<Cgroups>() -> HostCgroups.absent("the cgroup mount vanished");
            case Reading.Unknown<Cgroups>(String why) -> HostCgroups.absent(why);
        };
    }

    /** The root where it cannot be found: of that nobody may change anything. */
    private static CgroupPath self(Cgroups cgroups, int pid) {
        CgroupPath found = cgroups.seesOwn() ? cgroups.own() : Whereabouts.of(cgroups, pid);
        return found == null ? CgroupPath.ROOT : found;
    }

    private static @Nullable Fd openRoot(Cgroups cgroups) {
        List<Fd> directories =
                cgroups.open(CgroupPath.ROOT).map(Cgroup::openDirectories).orNull();
        if (directories == null || directories.isEmpty()) {
            return null;
        }
        directories.stream().skip(1).forEach(Fd::close);
        return directories.get(0);
    }

    /** What whoever wrote a unit of his own should know before there are groups: {@code null} where it is all the same. */
    static @Nullable String ownService(HierarchyKind kind, CgroupPath own) {
        return kind == HierarchyKind.UNIFIED && own.name().endsWith(".service")
                ? "Managed groups will live below this service's own cgroup " + own.id()
                        + ": as long as there are any, systemd cannot start it again (\"Device or resource busy\")."
                        + " Set VIGIA_PARENT to the cgroup of a delegated unit of their own, as the Debian package's"
                        + " vigia-groups.service is"
                : null;
    }

    private static void say(Map<String, Support> essentials) {
        StringJoiner degraded =
                new StringJoiner("; ", "In part only: ", ". 'vigia doctor' tells what to change.").setEmptyValue("");
        essentials.forEach((name, support) -> {
            switch (support) {
                case Support.Available(String detail) -> LOG.debug("{}: {}", name, detail);
                case Support.Degraded(String lost, String remedy) -> degraded.add(name + ": " + lost);
                case Support.Missing(String cause, String remedy) -> LOG.error("No {}: {}. {}", name, cause, remedy);
            }
        });
        if (degraded.length() > 0) {
            LOG.info("{}", degraded);
        }
    }
}
