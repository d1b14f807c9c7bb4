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
        return Readings.parse(
                directory.read(CgroupFiles.PIDS_EVENTS),
                CgroupFiles.PIDS_EVENTS,
                text -> new CgroupKeyed(text).get("max"));
    }
}
