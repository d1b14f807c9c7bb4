package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.CapabilitiesCheck;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.ControllerCheck;
import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.cgroup.HierarchyCheck;
import io.vigia.kernel.cgroup.HierarchyLayout;
import io.vigia.kernel.cgroup.HierarchyProbe;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.cgroup.InotifyCheck;
import io.vigia.kernel.cgroup.KernelVersionCheck;
import io.vigia.kernel.cgroup.NofileCheck;
import io.vigia.kernel.cgroup.PressureCheck;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every check of this host, made once. */
public final class Checkup {
    /** Without these vigia cannot do its work; everything else costs a part of it. */
    private static final Set<String> ESSENTIAL = Set.of("kernel", "hierarchy");

    private final List<Finding> results;

    private Checkup(List<Finding> results) {
        this.results = List.copyOf(results);
    }

    /** Needs neither root nor a server. May block for some milliseconds. */
    public static Checkup ofThisHost() {
        Syscalls syscalls = new JnaSyscalls();
        HierarchyLayout layout = HierarchyProbe.ofHost();
        Reading<Cgroups> opened = HostCgroups.open(syscalls, layout);
        List<DoctorCheck> checks = new ArrayList<>(List.of(new KernelVersionCheck(), new HierarchyCheck(layout)));
        for (Controller controller : Controller.values()) {
            checks.add(
                    opened instanceof Reading.Known<Cgroups>(Cgroups cgroups)
                            ? new ControllerCheck(cgroups, controller)
                            : new NoController(controller));
        }
        checks.add(new PressureCheck(syscalls));
        checks.add(new ConnectorCheck());
        checks.add(new InotifyCheck(0));
        checks.add(new NofileCheck(syscalls));
        checks.add(new CapabilitiesCheck());
        checks.addAll(Programs.checks());
        List<Finding> results = checks.stream().map(Finding::of).toList();
        if (opened instanceof Reading.Known<Cgroups>(Cgroups cgroups)) {
            cgroups.close();
        }
        return new Checkup(results);
    }

    public List<Finding> results() {
        return results;
    }

    /** Whether nothing that is essential is missing. */
    public boolean fit() {
        return results.stream().noneMatch(r -> r.status().equals("missing") && ESSENTIAL.contains(r.name()));
    }
}
