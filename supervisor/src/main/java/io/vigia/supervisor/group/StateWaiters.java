package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Futures that wait for what {@code cgroup.events} says, with a bound. Kernel-loop thread only. */
public final class StateWaiters {
    private final KernelLoop loop;
    private final GroupTable table;
    private final List<Waiter> waiters = new ArrayList<>();
    private final Map<CgroupPath, List<Promise<Void>>> expected = new HashMap<>();

    public StateWaiters(KernelLoop loop, GroupTable table) {
        this.loop = loop;
        this.table = table;
    }

    private record Waiter(
            CgroupPath path, Predicate<Cgroup.State> wanted, Promise<Void> promise, KernelLoop.Timer timer) {}

    /** Completes at once if it holds already; fails with IN_FLIGHT after {@code atMost}, NOT_FOUND if the group ends. */
    Future<Void> await(CgroupPath path, Predicate<Cgroup.State> wanted, Duration atMost, String what) {
        loop.requireInLoop();
        GroupEntry entry = table.get(path);
        if (entry != null && entry.state != null && wanted.test(entry.state)) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        KernelLoop.Timer timer = loop.schedule(
                Math.max(1, atMost.toMillis()),
                () -> promise.tryFail(Problem.of(
                        Problem.Kind.IN_FLIGHT,
                        path.id() + " is not " + what + " after " + atMost.toMillis()
                                + " ms; the kernel is still at it, look again with GET")));
        Waiter waiter = new Waiter(path, wanted, promise, timer);
        waiters.add(waiter);
        promise.future().onComplete(done -> {
            timer.cancel();
            waiters.remove(waiter);
        });
        return promise.future();
    }

    /** Completes when the table knows the group, which its maker may hear of before the kernel's event was handled. */
    public Future<Void> appeared(CgroupPath path, Duration atMost) {
        loop.requireInLoop();
        if (table.get(path) != null) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        KernelLoop.Timer timer = loop.schedule(
                Math.max(1, atMost.toMillis()),
                () -> promise.tryFail(Problem.of(
                        Problem.Kind.IN_FLIGHT,
                        "group " + path.id() + " was made, but is not seen yet; look with GET")));
        expected.computeIfAbsent(path, p -> new ArrayList<>()).add(promise);
        return promise.future().onComplete(done -> timer.cancel());
    }

    /** Answers who waited for it to appear. */
    public void created(GroupEntry entry) {
        List<Promise<Void>> waiting = expected.remove(entry.path);
        if (waiting != null) {
            waiting.forEach(Promise::tryComplete);
        }
    }

    /** Answers who waited for this state. */
    public void stateChanged(GroupEntry entry, Cgroup.State state) {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.path.equals(entry.path) && waiter.wanted.test(state)) {
                waiter.promise.tryComplete();
            }
        }
    }

    /** Fails all who waited for a state of it. */
    public void removed(GroupEntry entry) {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.path.equals(entry.path)) {
                waiter.promise.tryFail(
                        Problem.of(Problem.Kind.NOT_FOUND, "group " + entry.path.id() + " ended meanwhile"));
            }
        }
    }
}
