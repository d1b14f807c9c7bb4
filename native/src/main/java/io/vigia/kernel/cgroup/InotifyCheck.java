package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;

/** {@code inotify}: one watch a group, so the limit of watches is a limit of groups (inotify(7)). */
public final class InotifyCheck implements DoctorCheck {
    private static final String WATCHES = "fs.inotify.max_user_watches";

    private final long maxWatches;
    private final long maxInstances;
    private final long maxQueued;
    private final long groups;

    /** @param groups how many groups there are to watch */
    public InotifyCheck(long groups) {
        this(
                HostText.number("/proc/sys/fs/inotify/max_user_watches"),
                HostText.number("/proc/sys/fs/inotify/max_user_instances"),
                HostText.number("/proc/sys/fs/inotify/max_queued_events"),
                groups);
    }

    InotifyCheck(long maxWatches, long maxInstances, long maxQueued, long groups) {
        this.maxWatches = maxWatches;
        this.maxInstances = maxInstances;
        this.maxQueued = maxQueued;
        this.groups = groups;
    }

    @Override
    public String name() {
        return "inotify";
    }

    @Override
    public Support probe() {
        if (maxWatches < 0 || maxInstances < 0) {
            return new Support.Missing("/proc/sys/fs/inotify cannot be read", "mount /proc where vigia runs");
        }
        String detail = maxWatches + " watches, " + maxInstances + " instances, " + maxQueued + " queued events";
        return groups * 2 > maxWatches
                ? new Support.Degraded(
                        detail + " for " + groups + " groups: new groups may go unseen until the next listing",
                        "sysctl " + WATCHES + "=" + Math.max(65_536, groups * 8))
                : new Support.Available(detail);
    }
}
