package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;

/** Groups cannot be made below a cgroup because it holds processes that are not ours to move; the message names the ways out. */
public final class ParentRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParentRefusedException(CgroupPath parent, int others) {
        super("cannot enable controllers below cgroup " + parent + ": it holds " + others
                + " other process(es), and a cgroup with processes cannot give controllers to children (no"
                + " internal processes, cgroup-v2.rst). Start vigia in a cgroup of its own, for example with"
                + " `systemd-run --scope -p Delegate=yes vigia …`, or name an empty or fresh cgroup with"
                + " `--parent CGROUP`");
    }
}
