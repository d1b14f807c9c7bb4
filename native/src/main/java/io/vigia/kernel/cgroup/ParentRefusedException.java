package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;

/** Groups cannot be made below a cgroup, because it holds processes that are not ours to move or is not ours to write; the message names the ways out. */
public final class ParentRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ParentRefusedException(String message) {
        super(message);
    }

    static ParentRefusedException holdsOthers(CgroupPath parent, long others) {
        return new ParentRefusedException("cannot enable controllers below cgroup " + parent + ": it holds " + others
                + " other process(es), and a cgroup with processes cannot give controllers to children (no"
                + " internal processes, cgroup-v2.rst). Start vigia in a cgroup of its own, for example with"
                + " `systemd-run --scope -p Delegate=yes vigia …`, or name an empty or fresh cgroup with"
                + " `--parent CGROUP`");
    }

    static ParentRefusedException notWritable(CgroupPath parent) {
        return new ParentRefusedException("cannot make groups below cgroup " + parent
                + ": this user may not write to it. Start vigia in a unit that is delegated to this user, for"
                + " example with `systemd-run --user --scope -p Delegate=yes vigia …`, or as root, or name a"
                + " cgroup that this user owns with `--parent CGROUP`");
    }
}
