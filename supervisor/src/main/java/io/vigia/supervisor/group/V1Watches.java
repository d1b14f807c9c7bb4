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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a hybrid host: watches the v1 directories of groups that vigia may act on, for limits that somebody else writes and
 * for the OOM notification, neither of which shows in the v2 tree. Who makes the v2 directory first is given some seconds for the others.
 * Kernel-loop thread only.
 */
public final class V1Watches {
    private static final Logger LOG = LoggerFactory.getLogger(V1Watches.class);
    private static final Map<String, String> LIMIT_NAMES = V1Controllers.limitNames();
    private static final List<Integer> LOOK_AGAIN_MILLIS = List.of(100, 1_000, 10_000);

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final @Nullable CgroupWatcher watcher;
    private final Consumer<KernelEvent> sink;
    private final Map<CgroupId, Watched> groups = new HashMap<>();

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

    /** Of one group. */
    private static final class Watched {
        private final Set<String> directories = new HashSet<>();
        private @Nullable Notifier notifier;
    }

    /**
     * @param more called when more of it is watched than when the future completed
     * @return when it is watched, as far as it can be by now; never fails
     */
    public Future<Void> appeared(GroupEntry entry, Runnable more) {
        loop.requireInLoop();
        if (cgroups.kind() != HierarchyKind.HYBRID) {
            return Future.succeededFuture();
        }
        groups.put(entry.id, new Watched());
        return look(entry).map(found -> {
            lookAgain(entry, 0, more);
            return null;
        });
    }

    /** Not every group is in every hierarchy: after the last look what is missing is taken not to come. */
    private void lookAgain(GroupEntry entry, int times, Runnable more) {
        if (times == LOOK_AGAIN_MILLIS.size() || isWhole(entry)) {
            return;
        }
        loop.schedule(
                LOOK_AGAIN_MILLIS.get(times),
                () -> look(entry).onSuccess(found -> {
                    if (found) {
                        more.run();
                    }
                    lookAgain(entry, times + 1, more);
                }));
    }

    private boolean isWhole(GroupEntry entry) {
        Watched watched = groups.get(entry.id);
        return watched == null || watched.directories.size() >= cgroups.hierarchies() - 1;
    }

    /** @return whether there is something new; never fails */
    private Future<Boolean> look(GroupEntry entry) {
        return workers.submit(() -> open(entry))
                .map(opened -> watch(entry, opened))
                .recover(e -> {
                    LOG.warn("the v1 directories of {} are not watched: {}", entry.path, e.toString());
                    return Future.succeededFuture(false);
                });
    }

    private Opened open(GroupEntry entry) {
        Cgroup cgroup = cgroups.open(entry.path).orNull();
        if (cgroup == null || !cgroup.id().equals(entry.id)) {
            return new Opened(List.of(), Reading.gone());
        }
        return new Opened(cgroup.openDirectories(), cgroup.oomNotifier());
    }

    private boolean watch(GroupEntry entry, Opened opened) {
        Watched watched = groups.get(entry.id);
        CgroupWatcher watches = watcher;
        boolean found = false;
        if (watched != null && watches != null) {
            // The first is the v2 one.
            for (Fd directory : opened.directories.stream().skip(1).toList()) {
                if (watched.directories.add(directory.target())) {
                    found = true;
                    Reading<?> unused = watches.watchExtra(entry.id, directory, LIMIT_NAMES);
                }
            }
        }
        opened.directories.forEach(Fd::close);
        Fd eventFd = opened.oomNotifier.orNull();
        if (eventFd == null) {
            return found;
        }
        if (watched == null || watched.notifier != null) {
            eventFd.close();
            return found;
        }
        KernelLoop.Registration registration = loop.register(eventFd, KernelLoop.EPOLLIN, (bits, nanos) -> {
            int unused = syscalls.read(eventFd, new byte[Long.BYTES]);
            sink.accept(new KernelEvent.MemoryOomNotified(entry.path, entry.id, nanos));
        });
        watched.notifier = new Notifier(eventFd, registration);
        return true;
    }

    /** Lets go of its eventfd; watches of directories end with these. */
    public void removed(CgroupId id) {
        loop.requireInLoop();
        Watched watched = groups.remove(id);
        if (watched != null && watched.notifier != null) {
            watched.notifier.registration.cancel();
            watched.notifier.eventFd.close();
        }
    }
}
