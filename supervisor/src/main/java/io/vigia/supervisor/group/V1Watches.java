package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.V1Controllers;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.inotify.CgroupWatcher;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a hybrid host: watches the v1 directories of groups that vigia may act on, for limits that somebody else writes and
 * for the OOM notification, neither of which shows in the v2 tree. Kernel-loop thread only.
 */
public final class V1Watches {
    private static final Logger LOG = LoggerFactory.getLogger(V1Watches.class);
    private static final Map<String, String> LIMIT_NAMES = V1Controllers.limitNames();

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final @Nullable CgroupWatcher watcher;
    private final Consumer<KernelEvent> sink;
    private final Map<CgroupId, Notifier> notifiers = new HashMap<>();

    public V1Watches(
            KernelLoop loop,
            Syscalls syscalls,
            Cgroups cgroups,
            GroupWorkers workers,
            @Nullable CgroupWatcher watcher,
            Consumer<KernelEvent> sink) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.cgroups = cgroups;
        this.workers = workers;
        this.watcher = watcher;
        this.sink = sink;
    }

    private record Notifier(Fd eventFd, KernelLoop.Registration registration) {}

    private record Opened(List<Fd> directories, Reading<Fd> oomNotifier) {}

    /** @return when it is watched, as far as it can be; never fails */
    public Future<Void> appeared(GroupEntry entry) {
        loop.requireInLoop();
        if (cgroups.kind() != HierarchyKind.HYBRID) {
            return Future.succeededFuture();
        }
        return workers.submit(() -> open(entry))
                .<Void>map(opened -> {
                    watch(entry, opened);
                    return null;
                })
                .recover(e -> {
                    LOG.warn("the v1 directories of {} are not watched: {}", entry.path, e.toString());
                    return Future.succeededFuture();
                });
    }

    private Opened open(GroupEntry entry) {
        Cgroup cgroup = cgroups.open(entry.path).orNull();
        if (cgroup == null || !cgroup.id().equals(entry.id)) {
            return new Opened(List.of(), Reading.gone());
        }
        return new Opened(cgroup.openDirectories(), cgroup.oomNotifier());
    }

    private void watch(GroupEntry entry, Opened opened) {
        CgroupWatcher watches = watcher;
        if (watches != null) {
            opened.directories.stream().skip(1).forEach(directory -> {
                Reading<?> unused = watches.watchExtra(entry.id, directory, LIMIT_NAMES);
            });
        }
        opened.directories.forEach(Fd::close);
        Fd eventFd = opened.oomNotifier.orNull();
        if (eventFd != null) {
            KernelLoop.Registration registration = loop.register(eventFd, KernelLoop.EPOLLIN, (bits, nanos) -> {
                int unused = syscalls.read(eventFd, new byte[Long.BYTES]);
                sink.accept(new KernelEvent.MemoryOomNotified(entry.path, entry.id, nanos));
            });
            notifiers.put(entry.id, new Notifier(eventFd, registration));
        }
    }

    /** Lets go of its eventfd; watches of directories end with these. */
    public void removed(CgroupId id) {
        loop.requireInLoop();
        Notifier notifier = notifiers.remove(id);
        if (notifier != null) {
            notifier.registration.cancel();
            notifier.eventFd.close();
        }
    }
}
