package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Standing;
import io.vigia.supervisor.group.GroupReader.GroupReading;
import io.vigia.supervisor.journal.EventTypes;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what the kernel said of a group to its new state and to events. State changes first, the event follows, so that
 * what an event says is visible to a reader before the event is sent. Kernel-loop thread only.
 */
public final class GroupReactor {
    private static final Logger LOG = LoggerFactory.getLogger(GroupReactor.class);
    private static final List<Integer> LOOK_AGAIN_MILLIS = List.of(2, 20, 200);
    private static final long SAME_OOM_NANOS = 1_000_000_000;
    private static final long READ_AGAIN_MILLIS = 1_000;
    private static final long COMPARE_AGAIN_MILLIS = 5_000;
    private static final int MOST_COMPARISONS = 12;

    private final KernelLoop loop;
    private final GroupTable table;
    private final GroupReader reader;
    private final LimitService limits;
    private final EventLog events;
    private final Listener listener;
    private final Comparison<Void> comparison;
    private boolean adopting = true;
    /** Whether the next comparison is of every group, and not only of those that could not be read in the one before. */
    private boolean compareAll;

    private Set<GroupEntry> unread = new LinkedHashSet<>();
    /** When the first loss was told that the next comparison makes up for. */
    private long lostNanos;

    public GroupReactor(
            KernelLoop loop,
            GroupTable table,
            GroupReader reader,
            LimitService limits,
            EventLog events,
            Listener listener) {
        this.loop = loop;
        this.table = table;
        this.reader = reader;
        this.limits = limits;
        this.events = events;
        this.listener = listener;
        this.comparison = new Comparison<>(loop, COMPARE_AGAIN_MILLIS, MOST_COMPARISONS, this::compare, read -> {});
    }

    /** Who else wants to know, of what concerns him. Kernel loop. */
    public interface Listener {
        /** More facts for {@code group.created}, such as who made it. */
        default JsonObject describe(CgroupPath path) {
            return new JsonObject();
        }

        default void created(GroupEntry entry) {}

        default Standing standing(GroupEntry entry) {
            return Standing.OBSERVED;
        }

        /** Which readings a new group needs for what may be told of it later: bits of {@link GroupReader}. */
        default int readAtFirst(GroupEntry entry) {
            return GroupReader.ALL;
        }

        default void removed(GroupEntry entry) {}

        default void stateChanged(GroupEntry entry, Cgroup.State state, boolean wasFrozen, long nanos) {}

        /** Whether somebody acts on its {@code memory.events}. */
        default boolean actsOnMemoryEvents(GroupEntry entry) {
            return false;
        }

        /** New counts in {@code memory.events} of the group or below it. */
        default void memoryEvents(GroupEntry entry, MemoryEvents tree, long nanos) {}

        /** The OOM killer struck in the group itself. */
        default void oomKilled(GroupEntry entry, long count) {}

        /** A process of the group or below it was not allowed to fork. */
        default void forksRefused(GroupEntry entry, long nanos) {}
    }

    /** Groups seen from now on are new: those before were there when vigia started, and are not news. */
    public void adoptionEnded() {
        loop.requireInLoop();
        adopting = false;
    }

    /** A group is there: made, or found at the start. Its first reading is under way after this. */
    public void created(KernelEvent.CgroupCreated event) {
        loop.requireInLoop();
        CgroupId id = event.id();
        if (id == null) {
            announce(event.path(), null);
            return;
        }
        GroupEntry former = table.get(event.path());
        if (former != null && former.id.equals(id)) {
            return;
        }
        if (former != null) {
            gone(former);
        }
        table.put(event.path(), id);
        GroupEntry entry = table.get(event.path(), id);
        if (entry == null) {
            return;
        }
        if (!adopting) {
            entry.startFromZero(events.nowMillis());
        }
        announce(event.path(), id);
        listener.created(entry);
        refresh(entry, listener.readAtFirst(entry), event.nanos());
    }

    private void announce(CgroupPath path, @Nullable CgroupId id) {
        if (!adopting) {
            events.of(
                    path,
                    EventTypes.GROUP_CREATED,
                    listener.describe(path).put("cgroupId", id == null ? null : id.inode()));
        }
    }

    /** A group is gone; what is read of it later is dropped. */
    public void removed(KernelEvent.CgroupRemoved event) {
        loop.requireInLoop();
        GroupEntry entry = table.get(event.path());
        if (entry != null && (event.id() == null || entry.id.equals(event.id()))) {
            gone(entry);
        } else if (event.id() == null) {
            events.of(event.path(), EventTypes.GROUP_REMOVED, new JsonObject().putNull("cgroupId"));
        }
    }

    private void gone(GroupEntry entry) {
        table.remove(entry.path, entry.id);
        unread.remove(entry);
        limits.forget(entry.id);
        listener.removed(entry);
        events.of(entry.path, EventTypes.GROUP_REMOVED, new JsonObject().put("cgroupId", entry.id.inode()));
    }

    /** The kernel, or somebody, wrote one of its files: what it says is read, or judged as drift. */
    public void fileChanged(KernelEvent.CgroupFileChanged event) {
        loop.requireInLoop();
        GroupEntry entry = table.get(event.path(), event.id());
        if (entry == null) {
            return;
        }
        switch (event.file()) {
            case "cgroup.events" -> {
                entry.stateChanges++;
                refresh(entry, GroupReader.STATE, event.nanos());
            }
            case "memory.swap.events" -> refresh(entry, GroupReader.SWAP, event.nanos());
            case "memory.events", "memory.events.local" -> {
                if (listener.actsOnMemoryEvents(entry)) {
                    reader.readHere(entry, GroupReader.MEMORY, event.nanos(), this::apply);
                } else {
                    refresh(entry, GroupReader.MEMORY, event.nanos());
                }
            }
            case "pids.events", "pids.events.local" -> refresh(entry, GroupReader.PIDS, event.nanos());
            default -> {
                if (event.file().startsWith("hugetlb.") && event.file().endsWith(".events.local")) {
                    refresh(entry, GroupReader.HUGETLB, event.nanos());
                    return;
                }
                Optional<LimitFile> limit = LimitFile.ofFileName(event.file());
                limit.ifPresent(file -> drop(limits.fileChanged(entry.path, entry.id, file, listener.standing(entry))));
            }
        }
    }

    /** The eventfd of a v1 memory controller: its counters are read. */
    public void oomNotified(KernelEvent.MemoryOomNotified event) {
        loop.requireInLoop();
        GroupEntry entry = table.get(event.path(), event.id());
        if (entry != null) {
            entry.oomNoticedNanos = event.nanos();
            refresh(entry, GroupReader.MEMORY, event.nanos());
            lookAgain(entry, ++entry.oomNotices, event.nanos(), 0);
        }
    }

    /**
     * The kernel's log names a victim in the group: it is counted by now, in the group and, by somebody who acts on it, above. Where v1
     * notified before, that was the first word of it; groups above the limit v1 does not notify at all.
     */
    public void oomVictim(CgroupPath victims, long nanos) {
        loop.requireInLoop();
        for (CgroupPath path = victims; path != null; path = path.parent()) {
            GroupEntry entry = table.get(path);
            if (entry != null && (path.equals(victims) || listener.actsOnMemoryEvents(entry))) {
                oomCounted(entry, nanos);
            }
        }
    }

    /**
     * The kernel's log says that a group ran into {@code pids.max}, for the first time. v1 gives no other word of it. The path is one of the
     * pids hierarchy, of which this tree may be a part: any group that it can mean is read.
     */
    public void forksRefused(KernelEvent.ForksRefused event) {
        loop.requireInLoop();
        GroupEntry named = table.get(event.group());
        if (named != null && named.pidsMaxEvents < 0) {
            named.pidsMaxEvents = 0;
        }
        String text = event.group().text();
        for (int slash = 0; slash >= 0; slash = text.indexOf('/', slash + 1)) {
            GroupEntry entry = table.get(new CgroupPath(text.substring(slash)));
            if (entry != null) {
                refresh(entry, GroupReader.PIDS, event.nanos());
            }
        }
    }

    private void oomCounted(GroupEntry entry, long nanos) {
        // Of a group that is not followed nothing was read to compare with.
        if (entry.memoryEvents != null || entry.memoryEventsLocal != null) {
            boolean noticed = entry.oomNoticedNanos != 0 && nanos - entry.oomNoticedNanos < SAME_OOM_NANOS;
            refresh(entry, GroupReader.MEMORY, noticed ? entry.oomNoticedNanos : nanos);
        }
    }

    /** The kernel notifies before it kills, and counts when it has: a reading may come too early. */
    private void lookAgain(GroupEntry entry, int notice, long nanos, int times) {
        if (times < LOOK_AGAIN_MILLIS.size()) {
            loop.schedule(LOOK_AGAIN_MILLIS.get(times), () -> {
                if (entry.oomNotices == notice && table.get(entry.path, entry.id) == entry) {
                    refresh(entry, GroupReader.MEMORY, nanos);
                    lookAgain(entry, notice, nanos, times + 1);
                }
            });
        }
    }

    /**
     * Reads everything again, after events were lost, limits that somebody may have written included.
     *
     * @return completes when all that was there was read without fail, and told; see {@link #caughtUp} for what appears meanwhile. Fails
     *     where some of it could not be read for a minute; vigia tries on.
     */
    public Future<Void> reconcile(long nanos) {
        loop.requireInLoop();
        lostNanos = compareAll ? lostNanos : nanos;
        compareAll = true;
        return comparison.ask();
    }

    private Future<Void> compare() {
        List<GroupEntry> groups = List.copyOf(compareAll ? table.all() : unread);
        compareAll = false;
        unread = new LinkedHashSet<>();
        for (GroupEntry entry : groups) {
            entry.stateChanges++;
            int huge = entry.hugetlbMaxEvents < 0 ? 0 : GroupReader.HUGETLB;
            refresh(entry, GroupReader.ALL | huge, lostNanos);
        }
        Promise<Void> compared = Promise.promise();
        compareLimits(groups.iterator(), compared);
        return compared.future().compose(done -> caughtUp()).compose(read -> everythingRead());
    }

    private Future<Void> everythingRead() {
        return unread.isEmpty()
                ? Future.succeededFuture()
                : Future.failedFuture(unread.size() + " groups could not be read, "
                        + unread.iterator().next().path + " among them");
    }

    // One after the other: ten thousand at once would leave no room for what others want of the workers.
    private void compareLimits(Iterator<GroupEntry> groups, Promise<Void> compared) {
        while (groups.hasNext()) {
            GroupEntry entry = groups.next();
            Standing standing = listener.standing(entry);
            if (table.get(entry.path, entry.id) == entry && (standing != Standing.OBSERVED || limits.knows(entry.id))) {
                limits.remember(entry.path, standing).onComplete(done -> {
                    // One that cannot be read does not keep those behind it from being compared.
                    if (done.failed()) {
                        unread.add(entry);
                    }
                    compareLimits(groups, compared);
                });
                return;
            }
        }
        compared.complete();
    }

    /** Completes when what was to be read of groups by now has been, and was told. */
    public Future<Void> caughtUp() {
        return reader.caughtUp();
    }

    private void refresh(GroupEntry entry, int what, long nanos) {
        reader.read(entry, what, nanos, this::apply);
    }

    private void apply(GroupReading now) {
        GroupEntry entry = now.entry();
        long nanos = now.nanos();
        if (table.get(entry.path, entry.id) != entry) {
            return;
        }
        if (now.failure() != null) {
            readAgain(entry, now.what(), nanos, now.failure());
            return;
        }
        entry.unreadable = false;
        if (now.state() != null) {
            applyState(entry, now.state(), nanos);
        }
        applyMemory(entry, now, nanos);
        if (now.swapEvents() != null) {
            GroupEvents.swap(entry.swapEvents, now.swapEvents())
                    .forEach(h -> events.of(entry.path, h.type(), h.data()));
            entry.swapEvents = now.swapEvents();
        }
        if (now.hugetlbMaxEvents() != null) {
            GroupEvents.hugetlb(entry.hugetlbMaxEvents, now.hugetlbMaxEvents())
                    .forEach(h -> events.of(entry.path, h.type(), h.data()));
            entry.hugetlbMaxEvents = now.hugetlbMaxEvents();
        }
        if (now.pidsMaxEvents() != null) {
            long before = entry.pidsMaxEvents;
            entry.pidsMaxEvents = now.pidsMaxEvents();
            GroupEvents.pids(before, now.pidsMaxEvents()).forEach(h -> {
                // First, so that who acts on it need not wait for the telling.
                tellForksRefused(entry.path, nanos);
                events.of(entry.path, h.type(), h.data());
            });
        }
    }

    /** Otherwise what was notified would stay unknown until the kernel notifies again. */
    private void readAgain(GroupEntry entry, int what, long nanos, String failure) {
        unread.add(entry);
        if (!entry.unreadable) {
            LOG.warn("cannot read the state of {}, and will try again: {}", entry.path, failure);
        }
        entry.unreadable = true;
        loop.schedule(READ_AGAIN_MILLIS, () -> {
            if (table.get(entry.path, entry.id) == entry) {
                refresh(entry, what, nanos);
            }
        });
    }

    /** It is counted where the process was, or where the limit is, as the kernel's version has it: above either may be who acts on it. */
    private void tellForksRefused(CgroupPath at, long nanos) {
        for (CgroupPath path = at; path != null; path = path.parent()) {
            GroupEntry entry = table.get(path);
            if (entry != null) {
                listener.forksRefused(entry, nanos);
            }
        }
    }

    private void applyState(GroupEntry entry, Cgroup.State now, long nanos) {
        Cgroup.State before = entry.state;
        entry.state = now;
        boolean wasPopulated = before != null && before.populated();
        boolean wasFrozen = before != null && before.frozen();
        if (before != null || entry.madeMillis >= 0) {
            if (now.populated() != wasPopulated) {
                events.of(
                        entry.path,
                        now.populated() ? EventTypes.GROUP_POPULATED : EventTypes.GROUP_EMPTIED,
                        new JsonObject());
            }
            if (now.frozen() != wasFrozen) {
                events.of(
                        entry.path, now.frozen() ? EventTypes.GROUP_FROZEN : EventTypes.GROUP_THAWED, new JsonObject());
            }
        }
        if (!now.equals(before)) {
            listener.stateChanged(entry, now, wasFrozen, nanos);
        }
    }

    private void applyMemory(GroupEntry entry, GroupReading now, long nanos) {
        MemoryEvents local = now.memoryEventsLocal();
        MemoryEvents tree = now.memoryEvents();
        // An event is told of the group where it happened; without local counters the tree's have to do.
        MemoryEvents told = local != null ? local : tree;
        if (told == null) {
            return;
        }
        MemoryEvents before = local != null ? entry.memoryEventsLocal : entry.memoryEvents;
        boolean treeChanged = tree != null && !tree.equals(entry.memoryEvents);
        entry.memoryEventsLocal = local;
        entry.memoryEvents = tree;
        // First: what comes of it is told in later turns of the loop.
        if (treeChanged && tree != null) {
            listener.memoryEvents(entry, tree, nanos);
        }
        GroupEvents.memory(before, told, local != null ? "local" : "tree").forEach(h -> {
            events.of(entry.path, h.type(), h.data());
            if (h.type().equals(EventTypes.MEMORY_OOM_KILL)) {
                listener.oomKilled(entry, h.data().getLong("count"));
            }
        });
    }

    private static void drop(Future<?> future) {
        future.onFailure(e -> LOG.warn("cannot look for drift: {}", e.toString()));
    }
}
