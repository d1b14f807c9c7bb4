package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.parse.LimitValues;
import io.vigia.supervisor.action.LimitService;
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
import io.vigia.supervisor.policy.Victim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes with an end. Every lease is journalled before its write and confirmed after it, so that a crash at any point
 * leaves something that the next start can finish or give back. One step after the other per group. Kernel-loop thread
 * only; futures complete there.
 */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final String LEASE_END = "lease end";

    private final KernelLoop loop;
    private final GroupTable table;
    private final LimitService limits;
    private final GroupOperations operations;
    private final LeaseStore store;
    private final Supplier<Moment> now;
    private final EndListener ended;
    private final Map<CgroupPath, Future<?>> tails = new HashMap<>();
    private LeaseBook book = LeaseBook.EMPTY;
    private KernelLoop.@Nullable Timer expiry;

    Leases(
            KernelLoop loop,
            GroupTable table,
            LimitService limits,
            GroupOperations operations,
            LeaseStore store,
            Supplier<Moment> now,
            EndListener ended) {
        this.loop = loop;
        this.table = table;
        this.limits = limits;
        this.operations = operations;
        this.store = store;
        this.now = now;
        this.ended = ended;
    }

    /** Told when a lease ends without its holder having asked. */
    @FunctionalInterface
    interface EndListener {
        void leaseEnded(LeaseHolder holder, LeaseKey key, String why);
    }

    int size() {
        return book.leases().size();
    }

    List<Lease> all() {
        return book.leases();
    }

    Set<LeaseKey> heldBy(LeaseHolder holder) {
        return book.leasesOf(holder).stream().map(Lease::key).collect(Collectors.toSet());
    }

    Set<LeaseHolder> holders() {
        return book.leases().stream().map(Lease::holder).collect(Collectors.toSet());
    }

    /** An operator's change: for good, which ends the leases on these files, or with a ttl as a lease of its own. */
    Future<LimitsView> change(CgroupPath path, LimitChange change, String by) {
        loop.requireInLoop();
        CgroupId id = requireId(path);
        Duration ttl = change.ttl();
        return inOrder(path, () -> {
            if (change.dryRun()) {
                return limits.change(path, change, by, LimitService.BeforeWrite.NOTHING);
            }
            if (ttl == null) {
                return limits.change(path, change, by, LimitService.BeforeWrite.NOTHING)
                        .onSuccess(view -> overruled(path, id, change, view, by));
            }
            Instant end = now.get().wall().plus(ttl);
            return limits.change(path, change, by, (cgroup, before, wanted) -> {
                        Void unused = onLoopAndWait(() -> {
                            Moment moment = now.get();
                            long until = moment.nanos() + ttl.toNanos();
                            LeaseBook next = book;
                            for (Map.Entry<LimitFile, LimitValue> one : wanted.entrySet()) {
                                LeaseKey key = key(path, id, one.getKey());
                                next = next.take(
                                                key,
                                                LeaseHolder.API,
                                                LeaseIntent.SET,
                                                one.getValue(),
                                                before.getOrDefault(one.getKey(), one.getValue()),
                                                until,
                                                moment)
                                        .book();
                            }
                            return adopt(next);
                        });
                    })
                    .onSuccess(view -> {
                        confirm(path, id, change.values().keySet(), view);
                        LOG.info("limits of {} are leased until {}", path, end);
                    })
                    .onFailure(e -> dropUnwritten(path, id, change.values().keySet()));
        });
    }

    /** Takes leases on several files of one group, all or none; what is written depends on who else holds them. */
    Future<Answer> take(Order.LeaseLimits order, LeaseHolder holder) {
        loop.requireInLoop();
        Victim victim = order.victim();
        CgroupPath path = victim.path();
        Set<LimitFile> files = order.limits().keySet();
        List<LeaseKey> keys = files.stream().map(f -> key(victim, f)).toList();
        return inOrder(path, () -> {
            // Goes to disk while the worker reads the files again: mostly they are still as the survey saw them.
            EarlyLease early = lease(order, holder, order.seen());
            return limits.write(path, files, holder.by(), present -> writes(order, holder, early, present))
                    .map(changed -> {
                        confirm(path, victim.id(), files, changed.after());
                        String said = describe(changed.before(), changed.after(), files);
                        return new Answer(new Result(Result.Status.DONE, said, keys), changed.nanos());
                    })
                    .onFailure(e -> dropUnwritten(path, victim.id(), files));
        });
    }

    /** @return what is to be written, once the leases are on disk. Worker; blocks */
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
        if (early.isOf(now)) {
            return await(early.writes());
        }
        return onLoopAndWait(() -> {
            for (LimitFile file : early.originals().keySet()) {
                book = book.without(key(order.victim(), file));
            }
            return lease(order, holder, now).writes();
        });
    }

    private EarlyLease lease(Order.LeaseLimits order, LeaseHolder holder, Map<LimitFile, LimitValue> present) {
        if (!present.keySet().containsAll(order.limits().keySet())) {
            return EarlyLease.NONE;
        }
        Map<LimitFile, LimitValue> originals = new EnumMap<>(LimitFile.class);
        Map<LimitFile, Optional<LimitValue>> writes = new EnumMap<>(LimitFile.class);
        LeaseBook next = book;
        for (Map.Entry<LimitFile, LimitValue> one : order.limits().entrySet()) {
            LimitFile file = one.getKey();
            LeaseKey key = key(order.victim(), file);
            LimitValue before = Objects.requireNonNull(present.get(file));
            if (!next.holds(key)) {
                originals.put(file, before);
            }
            LeaseChange change = next.take(key, holder, order.intent(), one.getValue(), before, null, now.get());
            next = change.book();
            change.writes().forEach(write -> writes.put(file, Optional.of(write.value())));
        }
        return new EarlyLease(true, originals, adopt(next).map(writes));
    }

    /** Freezing is a lease on {@link LeaseKey#FREEZE} that ends by itself. */
    Future<Result> freeze(Victim victim, LeaseHolder holder, Duration atMost) {
        loop.requireInLoop();
        LeaseKey key = new LeaseKey(victim.path(), victim.id(), LeaseKey.FREEZE);
        return inOrder(victim.path(), () -> {
            GroupEntry entry = table.get(victim.path(), victim.id());
            boolean frozen = entry != null && entry.state != null && entry.state.frozen();
            Moment moment = now.get();
            LeaseChange change = book.take(
                    key,
                    holder,
                    LeaseIntent.TIGHTEN,
                    LeaseKey.FROZEN,
                    frozen ? LeaseKey.FROZEN : LeaseKey.THAWED,
                    moment.nanos() + atMost.toNanos(),
                    moment);
            return adopt(change.book())
                    .compose(saved -> operations.freeze(victim.path(), true))
                    .map(done -> {
                        confirmed(key, LeaseKey.FROZEN);
                        return new Result(Result.Status.DONE, "frozen for at most " + atMost, List.of(key));
                    })
                    // What froze in part, or too late, is thawed: nobody holds a lease that would end it.
                    .onFailure(e -> carryOut(book.giveBack(key, holder, "it could not be frozen"))
                            .onFailure(late -> LOG.error("{} may stay frozen: {}", victim.path(), late.toString())));
        });
    }

    /** Somebody else thawed it, or we did and nothing is leased any more. */
    void thawed(CgroupPath path, CgroupId id) {
        loop.requireInLoop();
        lookAgain(new LeaseKey(path, id, LeaseKey.FREEZE));
    }

    /** Gives back everything that {@code holder} has. */
    Future<Result> giveBack(LeaseHolder holder) {
        loop.requireInLoop();
        return carryOut(book.giveBack(holder, "given back"))
                .map(written -> Result.done(written.isEmpty() ? "nothing had to be written" : written));
    }

    /** The group ended, and its files with it. */
    void gone(CgroupId id) {
        loop.requireInLoop();
        carryOut(book.gone(id)).onFailure(e -> LOG.warn("cannot forget leases of an ended group: {}", e.toString()));
    }

    /** Somebody else wrote the file: the other's value is respected. */
    void drifted(CgroupPath path, CgroupId id, LimitFile file) {
        loop.requireInLoop();
        lookAgain(key(path, id, file));
    }

    // What was noticed may be older than a write of ours that is under way: only after it does the file say whose value
    // stands.
    private void lookAgain(LeaseKey key) {
        if (!book.holds(key)) {
            return;
        }
        inOrder(key.path(), () -> kernelValue(key).compose(seen -> carryOut(book.observed(key, seen, "somebody else"))))
                .onFailure(e -> LOG.warn(
                        "cannot see whether {} of {} is still as leased: {}", key.file(), key.path(), e.toString()));
    }

    /**
     * After a restart: finishes what was cut off and forgets groups that are gone. Leases of the API go on to their end;
     * those of policies are for the policies to take over, the others to be given back by {@link #giveBack}.
     */
    Future<Void> restore(LeaseBook loaded, Map<String, JsonObject> cutOffReclaims) {
        loop.requireInLoop();
        book = loaded;
        List<Future<?>> steps = new ArrayList<>();
        cutOffReclaims.forEach((key, document) -> steps.add(finishReclaim(key, document)));
        for (LeaseKey key : loaded.keys()) {
            GroupEntry entry = table.get(key.path(), key.group());
            if (entry == null) {
                steps.add(carryOut(book.gone(key.group())));
            } else {
                steps.add(present(key).compose(seen -> carryOut(book.reconcile(key, seen))));
            }
        }
        arrangeExpiry();
        return Future.join(steps).<Void>mapEmpty().recover(e -> {
            LOG.error("not every lease could be settled: {}", e.toString());
            return Future.succeededFuture();
        });
    }

    // A v1 reclaim lowers memory.max for a moment; a crash in that moment left it low.
    private Future<Void> finishReclaim(String key, JsonObject document) {
        CgroupPath path = CgroupPath.ofId(document.getString("group"));
        GroupEntry entry = table.get(path);
        if (entry == null || entry.id.inode() != document.getLong("cgroupId")) {
            return store.settled(key);
        }
        LimitFile file = LimitFile.ofFileName(document.getString("file")).orElse(LimitFile.MEMORY_MAX);
        LimitValue before = LimitValues.parse(file, document.getString("before"));
        return write(path, Map.of(file, Optional.of(before)), LEASE_END).compose(done -> store.settled(key));
    }

    private Future<LimitValue> present(LeaseKey key) {
        Future<LimitValue> value = kernelValue(key);
        // Not frozen may mean not frozen yet, if the crash came early: thawing makes sure, and does no harm else.
        return key.file().equals(LeaseKey.FREEZE)
                ? value.compose(frozen -> frozen.equals(LeaseKey.THAWED)
                        ? operations.freeze(key.path(), false).map(frozen)
                        : value)
                : value;
    }

    private Future<LimitValue> kernelValue(LeaseKey key) {
        if (key.file().equals(LeaseKey.FREEZE)) {
            return operations.isFrozen(key.path()).map(frozen -> frozen ? LeaseKey.FROZEN : LeaseKey.THAWED);
        }
        return limits.read(key.path()).compose(view -> {
            LimitValue value = LimitFile.ofFileName(key.file()).map(view::value).orElse(null);
            return value == null
                    ? Future.failedFuture(Problem.of(Problem.Kind.NOT_FOUND, key.file() + " of " + key.path()))
                    : Future.succeededFuture(value);
        });
    }

    private Future<String> carryOut(LeaseChange change) {
        LeaseBook before = book;
        Future<Void> saved = adopt(change.book());
        change.ended().forEach(end -> ended.leaseEnded(end.holder(), end.key(), end.why()));
        if (change.writes().isEmpty()) {
            return saved.map("");
        }
        Map<CgroupPath, List<LeaseChange.Write>> byGroup = new LinkedHashMap<>();
        change.writes()
                .forEach(w -> byGroup.computeIfAbsent(w.key().path(), p -> new ArrayList<>())
                        .add(w));
        List<Future<String>> steps = new ArrayList<>();
        byGroup.forEach((path, writes) ->
                steps.add(inOrder(path, () -> saved.compose(ok -> writeBack(path, writes, before)))));
        return Future.join(steps)
                .map(all -> String.join(
                        "; ",
                        all.<String>list().stream().filter(s -> !s.isEmpty()).toList()));
    }

    private Future<String> writeBack(CgroupPath path, List<LeaseChange.Write> writes, LeaseBook before) {
        Map<LimitFile, Optional<LimitValue>> values = new EnumMap<>(LimitFile.class);
        Future<Void> thawed = Future.succeededFuture();
        StringJoiner said = new StringJoiner(", ", path.id() + ": ", "").setEmptyValue("");
        for (LeaseChange.Write write : writes) {
            Optional<LimitFile> file = LimitFile.ofFileName(write.key().file());
            file.ifPresent(f -> values.put(f, Optional.of(write.value())));
            LimitValue was = before.expected(write.key());
            said.add(write.key().file() + " " + (was == null ? "?" : was.kernelText()) + " → "
                    + write.value().kernelText());
            if (write.key().file().equals(LeaseKey.FREEZE)) {
                boolean frozen = write.value().equals(LeaseKey.FROZEN);
                thawed = operations.freeze(path, frozen).onSuccess(ok -> confirmed(write.key(), write.value()));
            }
        }
        CgroupId id = writes.get(0).key().group();
        return thawed.compose(ok -> write(path, values, LEASE_END))
                .map(view -> {
                    confirm(path, id, values.keySet(), view);
                    return said.toString();
                })
                .recover(e -> {
                    if (e instanceof Problem problem && problem.kind() == Problem.Kind.NOT_FOUND) {
                        return carryOut(book.gone(id));
                    }
                    return Future.failedFuture(e);
                });
    }

    private Future<LimitsView> write(CgroupPath path, Map<LimitFile, Optional<LimitValue>> values, String by) {
        return values.isEmpty() ? limits.read(path) : limits.write(path, values, by);
    }

    private void confirm(CgroupPath path, CgroupId id, Set<LimitFile> files, LimitsView view) {
        for (LimitFile file : files) {
            LimitValue value = view.value(file);
            if (value != null) {
                confirmed(key(path, id, file), value);
            }
        }
        arrangeExpiry();
    }

    private void confirmed(LeaseKey key, LimitValue value) {
        adopt(book.confirmed(key, value)).onFailure(e -> LOG.warn("cannot confirm a lease on disk: {}", e.toString()));
    }

    // The write was refused and rolled back: what the kernel has is what was there before.
    private void dropUnwritten(CgroupPath path, CgroupId id, Set<LimitFile> files) {
        limits.read(path).onSuccess(view -> {
            for (LimitFile file : files) {
                LimitValue seen = view.value(file);
                if (seen != null) {
                    carryOut(book.observed(key(path, id, file), seen, "the kernel"));
                }
            }
        });
    }

    private void overruled(CgroupPath path, CgroupId id, LimitChange change, LimitsView view, String by) {
        for (LimitFile file : change.values().keySet()) {
            LimitValue value = view.value(file);
            if (value != null) {
                carryOut(book.observed(key(path, id, file), value, by));
            }
        }
    }

    private Future<Void> adopt(LeaseBook next) {
        LeaseBook before = book;
        book = next;
        arrangeExpiry();
        return store.save(before, next);
    }

    private void arrangeExpiry() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
        Moment moment = now.get();
        book.nextExpiryNanos(moment).ifPresent(due -> {
            long millis = Math.max(1, (due - moment.nanos() + 999_999) / 1_000_000);
            expiry = loop.schedule(millis, () -> {
                expiry = null;
                carryOut(book.expire(now.get()))
                        .onFailure(e -> LOG.error("a lease that ended could not be given back: {}", e.toString()))
                        .onComplete(done -> arrangeExpiry());
            });
        });
    }

    // Called on a worker: the book is changed on the loop, and the worker waits until that is on disk.
    private <T> T onLoopAndWait(Supplier<Future<T>> change) throws Exception {
        io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
        loop.execute(() -> {
            try {
                change.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        return await(promise.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private <T> Future<T> inOrder(CgroupPath path, Supplier<Future<T>> step) {
        Future<?> before = tails.get(path);
        Future<T> result = before == null ? step.get() : before.transform(done -> step.get());
        tails.put(path, result);
        result.onComplete(done -> tails.remove(path, result));
        return result;
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

    private static String describe(LimitsView before, LimitsView after, Set<LimitFile> files) {
        StringJoiner said = new StringJoiner(", ");
        for (LimitFile file : files) {
            LimitValue was = before.value(file);
            LimitValue is = after.value(file);
            said.add(file.fileName() + " " + (was == null ? "?" : was.kernelText()) + " → "
                    + (is == null ? "?" : is.kernelText()));
        }
        return said.toString();
    }
}
