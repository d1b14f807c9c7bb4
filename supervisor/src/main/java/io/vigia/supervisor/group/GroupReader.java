package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again what the kernel notified, off the loop, once for many notifications. What waits is read by one worker after the
 * other in turn, so that readings come back in order, and comes back in batches, so that ten thousand groups are not ten
 * thousand hops.
 */
public final class GroupReader {
    public static final int STATE = 1;
    static final int MEMORY = 2;
    static final int PIDS = 4;
    static final int SWAP = 8;
    /** Not among those that are read of every group: few have the controller. */
    static final int HUGETLB = 16;

    public static final int ALL = STATE | MEMORY | PIDS | SWAP;

    private static final Logger LOG = LoggerFactory.getLogger(GroupReader.class);
    /** What the loop takes in within a fraction of a millisecond. */
    private static final int BATCH = 64;

    /** Of the order of ten microseconds each. */
    private static final int MOST_HERE = 8;

    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Queue<GroupEntry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    // Of the loop alone.
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private long asked;
    private long given;
    private int here;

    public GroupReader(KernelLoop loop, Cgroups cgroups, GroupWorkers workers) {
        this.loop = loop;
        this.cgroups = cgroups;
        this.workers = workers;
    }

    /**
     * What one reading gave; {@code null} where it was not asked for or could not be had.
     *
     * @param nanos of the first notification that it answers
     * @param what was asked for: bits
     * @param failure why nothing could be read of a group that may still be there
     */
    record GroupReading(
            GroupEntry entry,
            long nanos,
            int what,
            Cgroup.@Nullable State state,
            @Nullable MemoryEvents memoryEventsLocal,
            @Nullable MemoryEvents memoryEvents,
            @Nullable Long pidsMaxEvents,
            @Nullable SwapEvents swapEvents,
            @Nullable Long hugetlbMaxEvents,
            @Nullable String failure) {}

    /** Told on the loop. */
    interface Sink {
        void read(GroupReading reading);
    }

    /** A reading that is queued already will include this. Kernel loop. */
    void read(GroupEntry entry, int what, long nanos, Sink sink) {
        loop.requireInLoop();
        if (entry.toRead.getAndUpdate(bits -> bits | what) == 0) {
            entry.toReadSince = nanos;
            asked++;
            queue.add(entry);
            if (waiting.getAndIncrement() == 0) {
                workers.submit(() -> {
                            readQueue(sink);
                            return null;
                        })
                        .onFailure(GroupReader::notRead);
            }
        }
    }

    /**
     * The same within this turn of the loop, for a group whose counters somebody acts on: waking a worker and being woken by it is a part of a
     * reaction that can be saved. Not while anything else is read, which would come back later with less; only a few in one turn; and not with
     * v1 controllers, where the groups below are read as well.
     */
    void readHere(GroupEntry entry, int what, long nanos, Sink sink) {
        loop.requireInLoop();
        if (asked != given || here == MOST_HERE || cgroups.kind() != HierarchyKind.UNIFIED) {
            read(entry, what, nanos, sink);
            return;
        }
        if (here++ == 0) {
            loop.execute(() -> here = 0);
        }
        entry.toReadSince = nanos;
        entry.toRead.set(what);
        sink.read(readNow(entry));
    }

    private static void notRead(Throwable e) {
        if (e instanceof Problem ending) {
            LOG.debug("a group is not read: {}", ending.getMessage());
        } else {
            LOG.error("groups are not read any more", e);
        }
    }

    /** Completes when all that has been asked for by now was read and taken in, whatever is asked for later. Kernel loop. */
    public Future<Void> caughtUp() {
        loop.requireInLoop();
        if (asked == given) {
            return Future.succeededFuture();
        }
        Waiter waiter = new Waiter(asked, Promise.promise());
        waiters.add(waiter);
        return waiter.promise.future();
    }

    /** For so many readings to be given; they are in the order in which they were asked for. */
    private record Waiter(long readings, Promise<Void> promise) {}

    private void give(List<GroupReading> batch, Sink sink) {
        batch.forEach(sink::read);
        given += batch.size();
        while (!waiters.isEmpty() && waiters.getFirst().readings <= given) {
            waiters.removeFirst().promise.complete();
        }
    }

    private void readQueue(Sink sink) {
        int done;
        do {
            List<GroupReading> batch = new ArrayList<>(BATCH);
            GroupEntry entry = queue.poll();
            while (entry != null) {
                batch.add(readNow(entry));
                entry = batch.size() < BATCH ? queue.poll() : null;
            }
            loop.execute(() -> give(batch, sink));
            done = batch.size();
        } while (waiting.addAndGet(-done) > 0);
    }

    private GroupReading readNow(GroupEntry entry) {
        // Before the bits: whoever sees them cleared writes it anew.
        long nanos = entry.toReadSince;
        int bits = entry.toRead.getAndSet(0);
        try {
            Cgroup cgroup = cgroups.at(entry.path, entry.id);
            boolean memory = (bits & MEMORY) != 0;
            return new GroupReading(
                    entry,
                    nanos,
                    bits,
                    (bits & STATE) != 0 ? cgroup.state().orNull() : null,
                    memory ? cgroup.memoryEventsLocal().orNull() : null,
                    memory ? cgroup.memoryEvents().orNull() : null,
                    (bits & PIDS) != 0 ? cgroup.pidsMaxEventsLocal().orNull() : null,
                    (bits & SWAP) != 0 ? cgroup.swapEvents().orNull() : null,
                    (bits & HUGETLB) != 0 ? cgroup.hugetlbMaxEventsLocal().orNull() : null,
                    null);
        } catch (RuntimeException e) {
            return new GroupReading(entry, nanos, bits, null, null, null, null, null, null, e.toString());
        }
    }
}
