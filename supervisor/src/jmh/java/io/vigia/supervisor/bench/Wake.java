package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Which of the kernel's words {@link WakeToLimit} waits for, and what makes it say so. */
enum Wake {
    /**
     * The groups' own loops share one CPU and together have no more than three quarters of it, so that the other one stays free. A quota
     * alone makes no pressure: Linux 6.18 does not count those it holds back.
     */
    PRESSURE(
            "groups of four loops on one CPU under a quota of 25 % of it; cpu pressure some above 10 % of 2 s",
            "taskset -cp 0 $$ >/dev/null; for n in 1 2 3 4; do (while :; do :; done) & done; wait",
            "{cpu.max: 25%}",
            "{pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}") {
        @Override
        List<String> floor(Workplace place, CgroupPath group) throws IOException {
            return List.of(file(place, group, "", "cpu.pressure"));
        }

        @Override
        String floorProgram() {
            return "psifloor";
        }

        @Override
        List<String> floorOptions() {
            return List.of("some 200000 2000000");
        }
    },

    /** A process takes memory without end until the kernel kills it; every three seconds the next one does. */
    OOM(
            "groups in which the kernel kills for memory every 3 s; memory_event oom_kill, by eventfd on v1 and"
                    + " inotify on v2",
            "while :; do sleep 3; tail /dev/zero; done",
            "{memory.max: 16Mi, memory.swap.max: 0}",
            "{memory_event: {event: oom_kill, count: 1, per: 2s}}") {
        @Override
        List<String> floor(Workplace place, CgroupPath group) throws IOException {
            return place.cgroups.kind() == HierarchyKind.HYBRID
                    ? List.of(
                            file(place, group, "memory", "memory.oom_control"),
                            file(place, group, "memory", "cgroup.event_control"),
                            file(place, group.child("main"), "memory", "memory.oom_control"))
                    : List.of(file(place, group, "", "memory.events"), "-", file(place, group, "", "memory.events"));
        }

        @Override
        String floorProgram() {
            return "memoryfloor";
        }

        @Override
        List<String> floorOptions() {
            return List.of();
        }

        @Override
        List<String> floors() {
            return List.of("write", "write once the kill is counted");
        }
    };

    final String method;
    final String script;
    final String limits;
    final String condition;

    Wake(String method, String script, String limits, String condition) {
        this.method = method;
        this.script = script;
        this.limits = limits;
        this.condition = condition;
    }

    /** What the floor's program is to wait for, for one group. */
    abstract List<String> floor(Workplace place, CgroupPath group) throws IOException;

    abstract String floorProgram();

    abstract List<String> floorOptions();

    /** What the floor's program does after its wait: there is a number for each in its lines. */
    List<String> floors() {
        return List.of("write");
    }

    static String file(Workplace place, CgroupPath path, String controller, String name) throws IOException {
        Path found = place.directory(path, controller);
        if (found == null) {
            throw new IOException("no directory of " + path + " in the hierarchy of " + controller);
        }
        return found.resolve(name).toString();
    }
}
