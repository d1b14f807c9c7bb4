package io.vigia.kernel.inotify;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.InotifyMask;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns a v2 tree into events: which observed cgroups are there, come and go, and which of their files changed. Kernel-loop
 * thread only; a listing of many is done in slices.
 *
 * <p>Exactness rests on three rules. A directory is watched before it is listed. Whatever is learned from a name is proven by
 * inode, because creations and removals arrive late and the name may mean another cgroup by then. Each removal in the kernel's
 * queue ends one cgroup, seen or not, so creations and removals told always add up. Only what was lost with a full queue is told
 * as {@link KernelEvent.EventsLost} instead, before the tree is compared ({@link #whenCompared}); then read every group's files again.
 */
public final class CgroupWatcher implements AutoCloseable {
    private static final String SUBTREE_CONTROL = "cgroup.subtree_control";
    private static final int MASK = InotifyMask.IN_CREATE | InotifyMask.IN_DELETE | InotifyMask.IN_MODIFY;

    private static final long RETRY_MILLIS = 5_000;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Inotify inotify;
    private final Consumer<? super KernelEvent> sink;
    private final CgroupDirectories directories;
    private final NotifyingFiles notifyingFiles;
    private final WatchBudget budget = new WatchBudget(this::retryLater);
    private final SliceRunner scanner;
    private final Deque<WatchedCgroup> toVisit = new ArrayDeque<>();
    private final Map<CgroupId, WatchedCgroup> byId = new HashMap<>();
    private final WatchedCgroup root;
    private Observed observed;
    private final List<Runnable> whenCompared = new ArrayList<>();
    private @Nullable Runnable settled;
    private int generation;
    /** A directory could not be opened since the scan began: what is in it is not known. */
    private boolean incomplete;
    /** From an overflow until the tree was compared: listings then settle what is gone, and late removals are theirs. */
    private boolean reconciling;

    /** While not everything is watched. */
    private KernelLoop.@Nullable Timer retry;

    private boolean closed;

    /**
     * @param rootDirectory the v2 mount, opened; stays the caller's
     * @param sink gets the events, on the loop
     */
    public CgroupWatcher(
            KernelLoop loop,
            Syscalls syscalls,
            Inotify inotify,
            Fd rootDirectory,
            Observed observed,
            Consumer<? super KernelEvent> sink) {
        loop.requireInLoop();
        this.loop = loop;
        this.syscalls = syscalls;
        this.inotify = inotify;
        this.observed = observed;
        this.sink = sink;
        this.directories = new CgroupDirectories(syscalls, rootDirectory);
        this.notifyingFiles = new NotifyingFiles(inotify, budget);
        this.root = new WatchedCgroup(
                CgroupPath.ROOT, new CgroupId(syscalls.inode(rootDirectory)), WatchedCgroup.State.LISTED);
        this.scanner = new SliceRunner(loop, syscalls, this::visitNext);
        inotify.onOverflow(this::overflowed);
    }

    /** Lists the tree; {@code whenSettled} runs once, when all that is there was announced. */
    public void start(Runnable whenSettled) {
        loop.requireInLoop();
        settled = whenSettled;
        scan();
    }

    /** Compares the whole tree, as after an overflow, but says nothing of a loss. */
    public void rescan() {
        loop.requireInLoop();
        reconciling = true;
        scan();
    }

    /**
     * For who was told of a loss: runs once, when the scan has ended that is under way or begins in this turn of the loop, with all
     * that it found announced. Where a directory could not be opened that is a later scan.
     */
    public void whenCompared(Runnable task) {
        loop.requireInLoop();
        whenCompared.add(task);
    }

    private void scan() {
        if (!closed) {
            generation++;
            incomplete = false;
            budget.scanBegins();
            enqueue(root);
        }
    }

    /**
     * Nothing tells when a limit was raised or others gave watches back: while some are missing the tree is compared from time to
     * time, which also finds groups that came and went unwatched.
     */
    private void retryLater() {
        if (retry == null && !closed) {
            retry = loop.schedule(RETRY_MILLIS, () -> {
                retry = null;
                rescan();
            });
        }
    }

    /** Observes other cgroups from now on: what no longer matches is told as removed. */
    public void observe(Observed now) {
        loop.requireInLoop();
        observed = now;
        rescan();
    }

    /** How many observed cgroups are there. */
    public int count() {
        return byId.size();
    }

    /** Whether every cgroup can be watched. Any thread. */
    public Support support() {
        return budget.support();
    }

    /**
     * Watches a group's directory in another hierarchy, for writes to {@code fileNames} (there → in v2 terms). It ends with the
     * group, or when the watch is closed. One directory can be watched only once: join the names of co-mounted controllers.
     *
     * @return gone when the group or the directory is
     */
    public Reading<ExtraWatch> watchExtra(CgroupId group, Fd directory, Map<String, String> fileNames) {
        loop.requireInLoop();
        WatchedCgroup of = byId.get(group);
        if (of == null) {
            return Reading.gone();
        }
        Map<String, String> names = Map.copyOf(fileNames);
        Reading<Integer> added = inotify.watch(directory, InotifyMask.IN_MODIFY, (name, mask, nanos) -> {
            String v2Name = names.get(CgroupPath.escape(name));
            if (v2Name != null && of.announced) {
                sink.accept(new KernelEvent.CgroupFileChanged(of.path, group, v2Name, nanos));
            }
        });
        return added.map(watch -> {
            of.addExtra(watch);
            return () -> {
                if (of.removeExtra(watch)) {
                    inotify.remove(watch);
                }
            };
        });
    }

    private void enqueue(WatchedCgroup group) {
        group.generation = generation;
        toVisit.add(group);
        scanner.start();
    }

    /** One step of a scan; {@code false} when it is done. */
    private boolean visitNext() {
        WatchedCgroup next = toVisit.poll();
        if (next != null) {
            visit(next);
            return true;
        }
        if (reconciling) {
            // What was queued before the last listing is settled by it; read it while removals of strangers are still
            // ignored.
            inotify.drain();
            reconciling = !toVisit.isEmpty();
        }
        if (!toVisit.isEmpty()) {
            return true;
        }
        if (budget.scanEnded()) {
            // What happened in files that were not watched is not known.
            sink.accept(new KernelEvent.EventsLost(KernelEvent.Source.INOTIFY, -1, System.nanoTime()));
        }
        Runnable first = settled;
        settled = null;
        if (first != null) {
            first.run();
        }
        if (!incomplete) {
            List<Runnable> compared = List.copyOf(whenCompared);
            whenCompared.clear();
            compared.forEach(Runnable::run);
        }
        return false;
    }

    // It is looked at again in a while.
    private void unopened(KernelException e) {
        incomplete = true;
        budget.failed(e);
    }

    private void visit(WatchedCgroup group) {
        if (group.state == WatchedCgroup.State.ENDED) {
            return;
        }
        try {
            // Gone: the removal is on its way, as the parent was watched before it was listed.
            if (directories.open(group) instanceof Reading.Known<Fd>(Fd directory)) {
                try (directory) {
                    adopt(group, directory, System.nanoTime());
                }
            }
        } catch (KernelException e) {
            unopened(e);
        }
    }

    /** Watches, then lists, then announces, so that nothing that happens after the announcement goes unseen. */
    private void adopt(WatchedCgroup group, Fd directory, long nanos) {
        if (!group.isWatched()) {
            watch(group, directory);
        }
        Listing listing = Listing.of(syscalls, directory);
        boolean matches = observed.matches(group.path);
        group.pinned(notifyingFiles.pin(directory, matches ? listing.notifyingFiles() : Listing.NONE, group.pins()));
        group.state = WatchedCgroup.State.KNOWN;
        if (matches && !group.announced) {
            announce(group, nanos);
        } else if (!matches && group.announced) {
            withdraw(group, nanos);
        }
        compareChildren(group, listing, nanos);
    }

    private void watch(WatchedCgroup group, Fd directory) {
        try {
            Reading<Integer> watch =
                    inotify.watch(directory, MASK, (name, mask, nanos) -> changed(group, name, mask, nanos));
            if (watch instanceof Reading.Known<Integer>(Integer number)) {
                group.watched(number);
            }
        } catch (KernelException e) {
            budget.failed(e);
        }
    }

    private void compareChildren(WatchedCgroup group, Listing listing, long nanos) {
        if (reconciling) {
            // Otherwise the removal is on its way, and must not be told twice.
            for (WatchedCgroup child : group.children()) {
                Long inode = listing.directories().get(child.path.name());
                if (inode == null || !child.is(inode) || !isRelevant(child.path)) {
                    end(group, child, nanos);
                }
            }
        }
        listing.directories().forEach((name, inode) -> {
            WatchedCgroup child = group.child(name);
            if (child == null) {
                CgroupPath path = group.path.child(name);
                if (isRelevant(path)) {
                    child = new WatchedCgroup(path, new CgroupId(inode), WatchedCgroup.State.LISTED);
                    group.put(child);
                    enqueue(child);
                }
            } else if (child.generation != generation) {
                enqueue(child);
            }
        });
    }

    private boolean isRelevant(CgroupPath path) {
        return observed.matches(path) || observed.mayContain(path);
    }

    private void changed(WatchedCgroup in, byte[] name, int mask, long nanos) {
        boolean isDirectory = (mask & InotifyMask.IN_ISDIR) != 0;
        if (name.length == 0 || in.state == WatchedCgroup.State.ENDED) {
            return;
        }
        if (isDirectory && (mask & InotifyMask.IN_CREATE) != 0) {
            created(in, in.path.child(name), nanos);
        } else if (isDirectory && (mask & InotifyMask.IN_DELETE) != 0) {
            deleted(in, in.path.child(name), nanos);
        } else if (!isDirectory && (mask & InotifyMask.IN_MODIFY) != 0) {
            fileChanged(in, CgroupPath.escape(name), nanos);
        }
    }

    private void fileChanged(WatchedCgroup in, String file, long nanos) {
        CgroupId id = in.id;
        if (in.announced && id != null) {
            sink.accept(new KernelEvent.CgroupFileChanged(in.path, id, file, nanos));
        }
        if (file.equals(SUBTREE_CONTROL)) {
            // Controllers came or went: the children have other notifying files now.
            in.children().forEach(this::enqueue);
        }
    }

    private void created(WatchedCgroup parent, CgroupPath path, long nanos) {
        if (parent.child(path.name()) != null || !isRelevant(path)) {
            return;
        }
        try {
            if (directories.openChild(parent, path) instanceof Reading.Known<Fd>(Fd directory)) {
                try (directory) {
                    CgroupId id = new CgroupId(syscalls.inode(directory));
                    WatchedCgroup child = new WatchedCgroup(path, id, WatchedCgroup.State.LISTED);
                    child.generation = generation;
                    parent.put(child);
                    adopt(child, directory, nanos);
                }
            } else {
                parent.put(new WatchedCgroup(path, null, WatchedCgroup.State.UNSEEN));
            }
        } catch (KernelException e) {
            unopened(e);
        }
    }

    private void deleted(WatchedCgroup parent, CgroupPath path, long nanos) {
        WatchedCgroup child = parent.child(path.name());
        if (child == null || (child.id != null && directories.isLive(parent, child))) {
            // It was another cgroup of that name, which came and went without being seen.
            if (!reconciling && observed.matches(path)) {
                tellUnseen(path, null, nanos);
            }
        } else {
            end(parent, child, nanos);
        }
    }

    /** Descendants first, as the kernel removes them. */
    private void end(WatchedCgroup parent, WatchedCgroup group, long nanos) {
        for (WatchedCgroup child : group.children()) {
            end(group, child, nanos);
        }
        boolean wasKnown = group.state == WatchedCgroup.State.KNOWN;
        group.state = WatchedCgroup.State.ENDED;
        parent.drop(group);
        directories.forget(group);
        group.takeWatches().forEach(inotify::remove);
        if (group.announced) {
            withdraw(group, nanos);
        } else if (!wasKnown && observed.matches(group.path)) {
            tellUnseen(group.path, group.id, nanos);
        }
    }

    private void announce(WatchedCgroup group, long nanos) {
        CgroupId id = group.id;
        if (id != null) {
            group.announced = true;
            byId.put(id, group);
            sink.accept(new KernelEvent.CgroupCreated(group.path, id, nanos));
        }
    }

    private void withdraw(WatchedCgroup group, long nanos) {
        group.announced = false;
        byId.remove(group.id);
        sink.accept(new KernelEvent.CgroupRemoved(group.path, group.id, nanos));
    }

    private void tellUnseen(CgroupPath path, @Nullable CgroupId id, long nanos) {
        sink.accept(new KernelEvent.CgroupCreated(path, id, nanos));
        sink.accept(new KernelEvent.CgroupRemoved(path, id, nanos));
    }

    private void overflowed(long nanos) {
        if (!closed) {
            sink.accept(new KernelEvent.EventsLost(KernelEvent.Source.INOTIFY, -1, nanos));
            rescan();
        }
    }

    /** Ends every watch without telling; the inotify descriptor stays open. */
    @Override
    public void close() {
        loop.requireInLoop();
        if (!closed) {
            closed = true;
            if (retry != null) {
                retry.cancel();
            }
            toVisit.clear();
            scanner.close();
            closeTree(root);
            byId.clear();
            directories.close();
        }
    }

    private void closeTree(WatchedCgroup group) {
        group.children().forEach(this::closeTree);
        group.state = WatchedCgroup.State.ENDED;
        group.takeWatches().forEach(inotify::remove);
    }

    /** A watch in another hierarchy. */
    @FunctionalInterface
    public interface ExtraWatch extends AutoCloseable {
        /** Loop thread only; a second call does nothing. */
        @Override
        void close();
    }
}
