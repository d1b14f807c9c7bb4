package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.config.Durations;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.Lease;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseChange;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseIntent;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Order;
import io.vigia.supervisor.policy.Result;
import io.vigia.supervisor.policy.Sizes;
import io.vigia.supervisor.policy.Victim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes leases: for an operator, a policy's limits, a freeze. What is written depends on who else holds a file. Kernel-loop thread
 * only; futures complete there.
 */
public final class LeaseTaking {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseTaking.class);
    private static final String UNWRITTEN = "it could not be written";

    private final KernelLoop loop;
    private final GroupTable table;
    private final LimitService limits;
    private final GroupOperations operations;
    private final LeasedFiles files;

    LeaseTaking(KernelLoop loop, GroupTable table, LimitService limits, GroupOperations operations, LeasedFiles files) {
        this.loop = loop;
        this.table = table;
        this.limits = limits;
        this.operations = operations;
        this.files = files;
    }

    /** An operator's change: for good, which ends the leases on these files, or with a ttl as a lease of its own. */
    public Future<LimitsView> change(CgroupPath path, LimitChange change, String by) {
        loop.requireInLoop();
        CgroupId id = requireId(path);
        Duration ttl = change.ttl();
        return files.inOrder(path, () -> {
            if (change.dryRun()) {
                return limits.change(path, change, by, LimitService.BeforeWrite.NOTHING);
            }
            if (ttl == null) {
                return limits.change(path, change, by, LimitService.BeforeWrite.NOTHING)
                        .onSuccess(view -> overruled(path, id, change, view, by));
            }
            Instant end = files.now().wall().plus(ttl);
            List<Lease> taken = new ArrayList<>();
            return limits.change(path, change, by, (cgroup, before, wanted) -> {
                        var unused = onLoopAndWait(() -> taken.addAll(note(path, id, before, wanted, ttl)));
                        files.flush();
                    })
                    .onSuccess(view -> {
                        files.confirm(path, id, change.values().keySet(), view);
                        LOG.info("limits of {} are leased until {}", path, end);
                    })
                    .recover(e ->
                            withdraw(path, taken, lease -> files.book().giveBack(lease, UNWRITTEN), Lease::key, e));
        });
    }

    private List<Lease> note(
            CgroupPath path,
            CgroupId id,
            Map<LimitFile, LimitValue> before,
            Map<LimitFile, LimitValue> wanted,
            Duration ttl) {
        Moment moment = files.now();
        long until = moment.nanos() + ttl.toNanos();
        List<Lease> taken = new ArrayList<>();
        LeaseBook next = files.book();
        for (Map.Entry<LimitFile, LimitValue> one : wanted.entrySet()) {
            LeaseKey key = key(path, id, one.getKey());
            LimitValue present = before.getOrDefault(one.getKey(), one.getValue());
            next = next.take(key, LeaseHolder.API, LeaseIntent.SET, one.getValue(), present, until, moment)
                    .book();
            taken.add(new Lease(
                    key, LeaseHolder.API, LeaseIntent.SET, one.getValue(), moment.wall(), moment.wallAt(until)));
        }
        files.note(next);
        return taken;
    }

    /** Takes leases on several files of one group, all or none; what is written depends on who else holds them. */
    public Future<Answer> take(Order.LeaseLimits order, LeaseHolder holder) {
        loop.requireInLoop();
        Victim victim = order.victim();
        CgroupPath path = victim.path();
        Set<LimitFile> wanted = order.limits().keySet();
        List<LeaseKey> keys = wanted.stream().map(f -> key(victim, f)).toList();
        return files.inOrder(path, () -> {
            // The worker reads the files again: mostly they are still as the survey saw them.
            EarlyLease early = lease(files.book(), order, holder, order.seen());
            return limits.write(path, wanted, holder.by(), present -> writes(order, holder, early, present))
                    .map(changed -> {
                        files.confirm(path, victim.id(), wanted, changed.after());
                        String said = describe(changed.before(), changed.after(), wanted);
                        return new Answer(new Result(Result.Status.DONE, said, keys), changed.nanos());
                    })
                    .recover(e -> withdraw(
                            path, keys, key -> files.book().giveBack(key, holder, UNWRITTEN), Function.identity(), e));
        });
    }

    /** @return what is to be written; the leases are on disk. Worker; blocks */
    private Map<LimitFile, Optional<LimitValue>> writes(
            Order.LeaseLimits order, LeaseHolder holder, EarlyLease early, LimitsView present) throws Exception {
        Map<LimitFile, LimitValue> now = new EnumMap<>(LimitFile.class);
        for (LimitFile file : order.limits().keySet()) {
            LimitValue value = present.value(file);
            if (value == null) {
                throw Problem.of(
                        Problem.Kind.UNSUPPORTED,
                        file.fileName() + " cannot be had on "
                                + order.victim().path().id());
            }
            now.put(file, value);
        }
        EarlyLease lease = early.isOf(now) ? early : onLoopAndWait(() -> takeAgain(order, holder, early, now));
        files.flush();
        return lease.writes();
    }

    /** What somebody else wrote meanwhile is respected: whoever held the file before holds it no more, and it goes back to that. */
    private EarlyLease takeAgain(
            Order.LeaseLimits order, LeaseHolder holder, EarlyLease early, Map<LimitFile, LimitValue> present) {
        for (Map.Entry<LimitFile, LimitValue> one : present.entrySet()) {
            LeaseKey key = key(order.victim(), one.getKey());
            LimitValue expected = early.taken()
                    ? early.expected().get(one.getKey())
                    : files.book().expected(key);
            boolean held = !early.fresh().contains(one.getKey());
            if (held && expected != null && !expected.equals(one.getValue())) {
                files.carryOut(files.book().observed(key, one.getValue(), "somebody else"));
            }
        }
        LeaseBook base = files.book();
        for (LimitFile file : early.fresh()) {
            base = base.without(key(order.victim(), file));
        }
        return lease(base, order, holder, present);
    }

    private EarlyLease lease(
            LeaseBook base, Order.LeaseLimits order, LeaseHolder holder, Map<LimitFile, LimitValue> present) {
        if (!present.keySet().containsAll(order.limits().keySet())) {
            return EarlyLease.NONE;
        }
        Map<LimitFile, LimitValue> expected = new EnumMap<>(LimitFile.class);
        Set<LimitFile> fresh = EnumSet.noneOf(LimitFile.class);
        Map<LimitFile, Optional<LimitValue>> writes = new EnumMap<>(LimitFile.class);
        LeaseBook next = base;
        for (Map.Entry<LimitFile, LimitValue> one : order.limits().entrySet()) {
            LimitFile file = one.getKey();
            LeaseKey key = key(order.victim(), file);
            LimitValue before = Objects.requireNonNull(present.get(file));
            LimitValue held = next.expected(key);
            if (held == null) {
                fresh.add(file);
            }
            expected.put(file, held == null ? before : held);
            LeaseChange change = next.take(key, holder, order.intent(), one.getValue(), before, null, files.now());
            next = change.book();
            change.writes().forEach(write -> writes.put(file, Optional.of(write.value())));
        }
        files.note(next);
        return new EarlyLease(true, expected, fresh, writes);
    }

    /** Freezing is a lease on {@link LeaseKey#FREEZE} that ends by itself. */
    public Future<Result> freeze(Victim victim, LeaseHolder holder, Duration atMost) {
        loop.requireInLoop();
        LeaseKey key = new LeaseKey(victim.path(), victim.id(), LeaseKey.FREEZE);
        return files.inOrder(victim.path(), () -> {
            GroupEntry entry = table.get(victim.path(), victim.id());
            Cgroup.State state = entry == null ? null : entry.state();
            boolean frozen = state != null && state.frozen();
            Moment moment = files.now();
            LeaseChange change = files.book()
                    .take(
                            key,
                            holder,
                            LeaseIntent.TIGHTEN,
                            LeaseKey.FROZEN,
                            frozen ? LeaseKey.FROZEN : LeaseKey.THAWED,
                            moment.nanos() + atMost.toNanos(),
                            moment);
            return files.adopt(change.book())
                    .compose(saved -> operations.freeze(victim.path(), true))
                    .map(done -> {
                        files.confirmed(key, LeaseKey.FROZEN);
                        return new Result(
                                Result.Status.DONE, "frozen for at most " + Durations.text(atMost), List.of(key));
                    })
                    // What froze in part, or too late, is thawed: nobody holds a lease that would end it.
                    .onFailure(e -> files.carryOut(files.book().giveBack(key, holder, "it could not be frozen"))
                            .onFailure(late -> LOG.error("{} may stay frozen: {}", victim.path(), late.toString())));
        });
    }

    // The write was refused and rolled back: the leases that were there before go on. Within the step, so that no other
    // change is under way when the files are read; what has to be written waits for its turn. What may still be
    // written,
    // past its deadline, keeps its lease, or nobody would give it back.
    private <L, T> Future<T> withdraw(
            CgroupPath path, List<L> taken, Function<L, LeaseChange> back, Function<L, LeaseKey> key, Throwable cause) {
        if (taken.isEmpty() || Problem.Kind.IN_FLIGHT.is(cause)) {
            return Future.failedFuture(cause);
        }
        return limits.read(path)
                .onSuccess(view -> taken.forEach(one -> settle(key.apply(one), back.apply(one), view)))
                .transform(read -> Future.failedFuture(cause));
    }

    private void settle(LeaseKey key, LeaseChange back, LimitsView view) {
        LimitValue seen = LimitFile.ofFileName(key.file()).map(view::value).orElse(null);
        LeaseChange rest = seen != null && seen.equals(back.book().expected(key))
                ? new LeaseChange(back.book().confirmed(key, seen), List.of(), back.ended())
                : back;
        files.carryOut(rest)
                .onFailure(e -> LOG.warn("{} of {} may still be leased: {}", key.file(), key.path(), e.toString()));
    }

    private void overruled(CgroupPath path, CgroupId id, LimitChange change, LimitsView view, String by) {
        for (LimitFile file : change.values().keySet()) {
            LimitValue value = view.value(file);
            if (value != null) {
                files.carryOut(files.book().overruled(key(path, id, file), value, by));
            }
        }
    }

    // Called on a worker: the book is changed on the loop.
    private <T> T onLoopAndWait(Supplier<T> change) throws Exception {
        try {
            return loop.call(() -> Future.succeededFuture(change.get()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private CgroupId requireId(CgroupPath path) {
        GroupEntry entry = table.get(path);
        if (entry == null) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "there is no group " + path.id() + " (any more)");
        }
        return entry.id;
    }

    private static LeaseKey key(Victim victim, LimitFile file) {
        return key(victim.path(), victim.id(), file);
    }

    private static LeaseKey key(CgroupPath path, CgroupId id, LimitFile file) {
        return new LeaseKey(path, id, file.fileName());
    }

    private static String describe(LimitsView before, LimitsView after, Set<LimitFile> written) {
        StringJoiner said = new StringJoiner(", ");
        for (LimitFile file : written) {
            LimitValue was = before.value(file);
            LimitValue is = after.value(file);
            said.add(file.fileName() + " " + (was == null ? "?" : Sizes.text(file, was)) + " → "
                    + (is == null ? "?" : Sizes.text(file, is)));
        }
        return said.toString();
    }
}
