package io.vigia.kernel.inotify;

import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What could not be watched: said once, kept for whoever asks, and over when a whole scan of the tree has met no refusal.
 * Written on the kernel loop, read by any thread.
 */
final class WatchBudget {
    private static final Logger LOG = LoggerFactory.getLogger(WatchBudget.class);
    private static final Support ALL =
            new Support.Available("one inotify watch for each cgroup and each notifying file");

    private final Runnable whenExceeded;
    private volatile Support support = ALL;
    private boolean failedInScan;

    /** @param whenExceeded told of every refusal */
    WatchBudget(Runnable whenExceeded) {
        this.whenExceeded = whenExceeded;
    }

    Support support() {
        return support;
    }

    boolean exceeded() {
        return support != ALL;
    }

    void scanBegins() {
        failedInScan = false;
    }

    /** Whether everything is watched again since this scan. */
    boolean scanEnded() {
        if (failedInScan || !exceeded()) {
            return false;
        }
        support = ALL;
        LOG.info("Every cgroup is watched again.");
        return true;
    }

    void failed(KernelException e) {
        failedInScan = true;
        if (exceeded()) {
            LOG.debug("not watched: {}", e.getMessage());
        } else {
            String remedy = remedy(e);
            support = new Support.Degraded(
                    "not every cgroup is watched, so changes are seen late or missed; the first: " + e.getMessage(),
                    remedy);
            LOG.warn(
                    "Not every cgroup can be watched: {}. Its changes are seen late or missed. {}",
                    e.getMessage(),
                    remedy);
        }
        whenExceeded.run();
    }

    private static String remedy(KernelException e) {
        return switch (e.errno()) {
            case Errno.ENOSPC -> "Raise it: sysctl fs.inotify.max_user_watches=N; vigia goes on by itself.";
            case Errno.EMFILE ->
                e.syscall().startsWith("inotify_init")
                        ? "Raise it: sysctl fs.inotify.max_user_instances=N; vigia goes on by itself."
                        : "Raise the limit of open files (LimitNOFILE=, ulimit -n).";
            case Errno.EACCES, Errno.EPERM -> "Run as root, or as the owner of the cgroup tree.";
            default -> "";
        };
    }
}
