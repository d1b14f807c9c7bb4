package io.vigia.kernel.inotify;

import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What could not be watched, said once and kept for whoever asks. Written on the kernel loop, read by any thread. */
final class WatchBudget {
    private static final Logger LOG = LoggerFactory.getLogger(WatchBudget.class);

    private volatile Support support =
            new Support.Available("one inotify watch for each cgroup and each notifying file");

    Support support() {
        return support;
    }

    void failed(KernelException e) {
        if (support instanceof Support.Degraded) {
            LOG.debug("not watched: {}", e.getMessage());
            return;
        }
        String remedy = remedy(e.errno());
        support = new Support.Degraded("not every cgroup is watched; the first: " + e.getMessage(), remedy);
        LOG.warn("Not every cgroup can be watched: {}. Its changes will be missed. {}", e.getMessage(), remedy);
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.ENOSPC -> "Raise fs.inotify.max_user_watches.";
            case Errno.EMFILE -> "Raise the limit of open files (LimitNOFILE=, ulimit -n).";
            case Errno.EACCES, Errno.EPERM -> "Run as root, or as the owner of the cgroup tree.";
            default -> "";
        };
    }
}
