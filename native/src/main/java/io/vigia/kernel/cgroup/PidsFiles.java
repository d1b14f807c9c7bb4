package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.CgroupKeyed;

/** The pids controller, whose files are the same in v1 and v2. */
final class PidsFiles extends ControllerFiles {
    PidsFiles() {
        super(Controller.PIDS);
    }

    static Reading<Long> current(CgroupDir directory) {
        return directory.readNumber(CgroupFiles.PIDS_CURRENT);
    }

    /** How often a fork was refused. */
    static Reading<Long> maxEvents(CgroupDir directory) {
        return max(directory, CgroupFiles.PIDS_EVENTS);
    }

    /** Without those of the groups below: older kernels and v1 count no others, and have no file for it. */
    static Reading<Long> maxEventsLocal(CgroupDir directory) {
        Hierarchy hierarchy = directory.hierarchy();
        if (!hierarchy.lacks(CgroupFiles.PIDS_EVENTS_LOCAL)) {
            Reading<Long> local = max(directory, CgroupFiles.PIDS_EVENTS_LOCAL);
            if (!(local instanceof Reading.Unknown<Long>)) {
                return local;
            }
        }
        Reading<Long> events = maxEvents(directory);
        // The root, and a group without the controller, have neither.
        if (events instanceof Reading.Known<Long>) {
            hierarchy.ask(directory, CgroupFiles.PIDS_EVENTS_LOCAL);
        }
        return events;
    }

    private static Reading<Long> max(CgroupDir directory, String file) {
        return Readings.parse(directory.read(file), file, text -> new CgroupKeyed(text).get("max"));
    }
}
