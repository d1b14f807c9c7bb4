package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseChange;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Sizes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leased files: the book, the disk and the kernel kept in step. Every lease is on disk before its write and confirmed after
 * it; one step after the other per group; leases end on time. Kernel-loop thread only; futures complete there.
 */
final class LeasedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedFiles.class);

    private final KernelLoop loop;
    private final LimitService limits;
    private final GroupOperations operations;
    private final LeaseDisk disk;
    private final Supplier<Moment> now;
    private final Leases.EndListener ended;
    private final Map<CgroupPath, Future<?>> tails = new HashMap<>();
    private LeaseBook book = LeaseBook.EMPTY;
    private KernelLoop.@Nullable Timer expiry;

    LeasedFiles(
            KernelLoop loop,
            LimitService limits,
            GroupOperations operations,
            LeaseDisk disk,
            Supplier<Moment> now,
            Leases.EndListener ended) {
        this.loop = loop;
        this.limits = limits;
        this.operations = operations;
        this.disk = disk;
        this.now = now;
        this.ended = ended;
    }

    LeaseBook book() {
        loop.requireInLoop();
        return book;
    }

    Moment now() {
        return now.get();
    }

    /** The book that was on disk at the start. */
    void load(LeaseBook loaded) {
        loop.requireInLoop();
        book = loaded;
        arrangeExpiry();
    }

    /** Completes when it is on disk: what it says may be written then. */
    Future<Void> adopt(LeaseBook next) {
        return disk.save(become(next), next);
    }

    /** The same for a caller whose worker will {@link #flush} it before it writes. */
    void note(LeaseBook next) {
        disk.note(become(next), next);
    }

    /** Brings to disk what was noted. Blocking; workers. */
    void flush() {
        disk.flush();
    }

    private LeaseBook become(LeaseBook next) {
        loop.requireInLoop();
        LeaseBook before = book;
        book = next;
        arrangeExpiry();
        return before;
    }

    /** Carries out what a change of the book asks of the kernel; says what was written, empty for nothing. */
    Future<String> carryOut(LeaseChange change) {
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
            said.add(write.key().file() + " " + text(file, was) + " → " + text(file, write.value()));
            if (write.key().file().equals(LeaseKey.FREEZE)) {
                boolean frozen = write.value().equals(LeaseKey.FROZEN);
                thawed = operations.freeze(path, frozen).onSuccess(ok -> confirmed(write.key(), write.value()));
            }
        }
        CgroupId id = writes.get(0).key().group();
        return thawed.compose(ok -> write(path, values))
                .map(view -> {
                    confirm(path, id, values.keySet(), view);
                    return said.toString();
                })
                .recover(e -> Problem.Kind.NOT_FOUND.is(e) ? carryOut(book.gone(id)) : Future.failedFuture(e));
    }

    private static String text(Optional<LimitFile> file, @Nullable LimitValue value) {
        if (value == null) {
            return "?";
        }
        return file.map(limit -> Sizes.text(limit, value)).orElseGet(value::kernelText);
    }

    /** Writes what leases leave behind, and reads all limits; for {@link #inOrder}. */
    Future<LimitsView> write(CgroupPath path, Map<LimitFile, Optional<LimitValue>> values) {
        return values.isEmpty() ? limits.read(path) : limits.write(path, values, LimitService.LEASE_END);
    }

    /** What was written for these files is what {@code view} reads. */
    void confirm(CgroupPath path, CgroupId id, Set<LimitFile> written, LimitsView view) {
        for (LimitFile file : written) {
            LimitValue value = view.value(file);
            if (value != null) {
                confirmed(new LeaseKey(path, id, file.fileName()), value);
            }
        }
        arrangeExpiry();
    }

    /** The same for one. */
    void confirmed(LeaseKey key, LimitValue value) {
        adopt(book.confirmed(key, value)).onFailure(e -> LOG.warn("cannot confirm a lease on disk: {}", e.toString()));
    }

    /**
     * Ends the leases on the file if somebody else set it. What was noticed may be older than a write of ours that is under way, so
     * the file is read when it is its turn.
     */
    void lookAgain(LeaseKey key) {
        if (!book.holds(key)) {
            return;
        }
        inOrder(
                        key.path(),
                        () -> kernelValue(key)
                                // A lease may have ended meanwhile, and the write for it waits behind this.
                                .compose(seen -> book.isToBeReplaced(key, seen)
                                        ? Future.succeededFuture("")
                                        : carryOut(book.observed(key, seen, "somebody else"))))
                .onFailure(e -> {
                    // A group that ended is told of by itself, and its leases end with it.
                    if (!Problem.Kind.NOT_FOUND.is(e)) {
                        LOG.warn(
                                "cannot see whether {} of {} is still as leased: {}",
                                key.file(),
                                key.path(),
                                e.toString());
                    }
                });
    }

    /** What the file reads now. */
    Future<LimitValue> kernelValue(LeaseKey key) {
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

    /** Runs {@code step} when all earlier ones of this group are done. */
    <T> Future<T> inOrder(CgroupPath path, Supplier<Future<T>> step) {
        Future<?> before = tails.get(path);
        Future<T> result = before == null ? step.get() : before.transform(done -> step.get());
        tails.put(path, result);
        result.onComplete(done -> tails.remove(path, result));
        return result;
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
}
