package io.vigia.supervisor.action;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes limits: in order per group, validated before, rolled back when refused, read back after, published
 * as events, with somebody else's writes told from our own. Never blocks; any thread.
 */
public final class LimitService {
    /** By whom a value is given back: it was somebody else's. */
    public static final String LEASE_END = "lease end";

    /** How long a caller waits for a write that reclaims; then it is told that the write is still under way. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Set<LimitFile> COUPLED = Set.of(LimitFile.MEMORY_MAX, LimitFile.MEMORY_SWAP_MAX);

    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Consumer<EventDraft> events;
    private final InstantSource clock;
    private final SwapRoom swap;
    private final DriftListener driftListener;
    private final LimitLedger ledger = new LimitLedger();

    /**
     * @param events gets what is to be told, on a worker, in order per group; must only hand over
     * @param swapFreeBytes of the host, asked before a {@code memory.max} is lowered
     * @param driftListener told after the event of somebody else's write was handed over
     */
    public LimitService(
            Cgroups cgroups,
            GroupWorkers workers,
            Consumer<EventDraft> events,
            InstantSource clock,
            Supplier<Reading<Long>> swapFreeBytes,
            DriftListener driftListener) {
        this.cgroups = cgroups;
        this.workers = workers;
        this.events = events;
        this.clock = clock;
        this.swap = new SwapRoom(cgroups, swapFreeBytes);
        this.driftListener = driftListener;
    }

    /** All limits as the kernel has them now, also while a write of the same group is under way. */
    public Future<LimitsView> read(CgroupPath path) {
        return workers.submit(() -> read(open(path)));
    }

    /** The same, for a caller that is on a worker already. Blocking. */
    public static LimitsView read(Cgroup cgroup) {
        return read(cgroup, EnumSet.allOf(LimitFile.class));
    }

    private static LimitsView read(Cgroup cgroup, Set<LimitFile> files) {
        EnumMap<LimitFile, Reading<LimitValue>> values = new EnumMap<>(LimitFile.class);
        for (LimitFile file : files) {
            values.put(file, cgroup.readLimit(file));
        }
        return new LimitsView(values);
    }

    /**
     * @param by who asks: {@code api}, {@code policy NAME}, {@code manifest}, {@code lease end}
     * @param beforeWrite called on the worker, after all checks, with the old values and the new ones, before the first
     *     write: where a lease is journalled; what it throws stops the change
     */
    public Future<LimitsView> change(CgroupPath path, LimitChange change, String by, BeforeWrite beforeWrite) {
        return workers.submitWithin(path, DEADLINE, () -> {
            Cgroup cgroup = open(path);
            return changeNow(cgroup, readAndRemember(cgroup), change, by, beforeWrite)
                    .after();
        });
    }

    /**
     * Writes these and reads nothing else: for a policy, that shall act at once.
     *
     * @return of these files alone
     */
    public Future<LimitsView> write(CgroupPath path, Map<LimitFile, Optional<LimitValue>> values, String by) {
        LimitChange change = new LimitChange(values, null, null, false, false);
        return workers.submitWithin(path, DEADLINE, () -> {
            Cgroup cgroup = open(path);
            return changeNow(cgroup, read(cgroup, values.keySet()), change, by, BeforeWrite.NOTHING)
                    .after();
        });
    }

    /**
     * The same with what is to be written depending on what is there: one turn of a worker instead of one to read and one to
     * write.
     *
     * @param files are read
     */
    public Future<Changed> write(CgroupPath path, Set<LimitFile> files, String by, Choice choice) {
        return workers.submitWithin(path, DEADLINE, () -> {
            Cgroup cgroup = open(path);
            LimitsView before = read(cgroup, files);
            LimitChange change = new LimitChange(choice.choose(before), null, null, false, false);
            return change.values().isEmpty()
                    ? new Changed(before, before, System.nanoTime())
                    : changeNow(cgroup, before, change, by, BeforeWrite.NOTHING);
        });
    }

    /**
     * Limits before and after a write.
     *
     * @param nanos when they were written and read back ({@link System#nanoTime})
     */
    public record Changed(LimitsView before, LimitsView after, long nanos) {}

    /**
     * The limit file was written by somebody: reads it in order and publishes it if it was not us, as {@code limits.drifted} where vigia may
     * act, else as {@code limits.changed}.
     */
    public Future<Void> fileChanged(CgroupPath path, CgroupId id, LimitFile file, Standing standing) {
        return workers.submit(path, () -> {
            Cgroup cgroup = cgroups.open(path).orNull();
            if (cgroup != null && cgroup.id().equals(id)) {
                noticeOthers(cgroup, file, cgroup.readLimit(file).orNull(), standing);
            }
            return null;
        });
    }

    /**
     * Reads the limits of a group that is watched from now on, so that a later drift can say what was before. What differs
     * from what vigia wrote meanwhile is a drift already.
     */
    public Future<Void> remember(CgroupPath path, Standing standing) {
        return workers.submit(path, () -> {
            Cgroup cgroup = cgroups.open(path).orNull();
            if (cgroup != null) {
                readAndRemember(cgroup)
                        .values()
                        .forEach((file, reading) -> noticeOthers(cgroup, file, reading.orNull(), standing));
            }
            return null;
        });
    }

    /** Whether something is known of its limits that a later write of somebody else would be compared with. Any thread. */
    public boolean knows(CgroupId id) {
        return ledger.knows(id);
    }

    /** The group has ended. */
    public void forget(CgroupId id) {
        ledger.forget(id);
    }

    /** Told when somebody else changed a limit. Worker thread: it must only hand over. */
    @FunctionalInterface
    public interface DriftListener {
        /** @param ours whether it was vigia's to set: of a group that it manages, or written by it before */
        void drifted(CgroupPath path, CgroupId id, LimitFile file, boolean ours);
    }

    /** Told what will be written over what. Worker thread; may block. */
    @FunctionalInterface
    public interface BeforeWrite {
        BeforeWrite NOTHING = (cgroup, before, wanted) -> {};

        void accept(Cgroup cgroup, Map<LimitFile, LimitValue> before, Map<LimitFile, LimitValue> wanted)
                throws Exception;
    }

    /** What is to be written over what is there, among the same files. Worker thread; may block; what it throws stops the change. */
    @FunctionalInterface
    public interface Choice {
        Map<LimitFile, Optional<LimitValue>> choose(LimitsView present) throws Exception;
    }

    private Changed changeNow(Cgroup cgroup, LimitsView present, LimitChange change, String by, BeforeWrite beforeWrite)
            throws Exception {
        if (change.ifMatch() != null && !change.ifMatch().contains(present.etag())) {
            throw Problem.of(
                    Problem.Kind.PRECONDITION_FAILED,
                    "the limits of " + cgroup.path().id() + " changed meanwhile (now \"" + present.etag()
                            + "\"); read them again and decide anew");
        }
        Map<LimitFile, LimitValue> wanted = new EnumMap<>(LimitFile.class);
        Map<LimitFile, LimitValue> before = new EnumMap<>(LimitFile.class);
        for (Map.Entry<LimitFile, Optional<LimitValue>> one : change.values().entrySet()) {
            LimitFile file = one.getKey();
            before.put(file, requireKnown(cgroup, file, present.values().get(file)));
            wanted.put(file, one.getValue().orElseGet(file::kernelDefault));
        }
        if (!change.force()) {
            WouldKill.check(cgroup, before.get(LimitFile.MEMORY_MAX), wanted, swap);
        }
        if (change.dryRun()) {
            return new Changed(present, present.with(wanted), System.nanoTime());
        }
        beforeWrite.accept(cgroup, before, wanted);
        try {
            Map<LimitFile, LimitValue> after = new LimitTransaction(cgroup, before).write(wanted);
            long written = System.nanoTime();
            after.forEach((file, value) -> {
                ledger.record(cgroup.id(), file, value, !by.equals(LEASE_END));
                publishIfChanged(cgroup, EventTypes.LIMITS_CHANGED, file, before.get(file), value, by);
            });
            return new Changed(present, present.with(after).with(followers(cgroup, after.keySet(), by)), written);
        } catch (Problem p) {
            publishRefused(cgroup, p, by);
            throw p;
        }
    }

    /**
     * On v1 one counter limits memory, and one memory and swap: where one limit goes, the other may have to follow. That is our doing, too.
     */
    private Map<LimitFile, LimitValue> followers(Cgroup cgroup, Set<LimitFile> written, String by) {
        EnumMap<LimitFile, LimitValue> followed = new EnumMap<>(LimitFile.class);
        if (Collections.disjoint(written, COUPLED)) {
            return followed;
        }
        for (LimitFile file : COUPLED) {
            LimitLedger.Last last = written.contains(file) ? null : ledger.last(cgroup.id(), file);
            LimitValue now = last == null ? null : cgroup.readLimit(file).orNull();
            if (last != null && now != null && !now.equals(last.value())) {
                ledger.record(cgroup.id(), file, now, true);
                publishIfChanged(cgroup, EventTypes.LIMITS_CHANGED, file, last.value(), now, by);
                followed.put(file, now);
            }
        }
        return followed;
    }

    private void noticeOthers(Cgroup cgroup, LimitFile file, @Nullable LimitValue now, Standing standing) {
        if (now == null) {
            return;
        }
        LimitLedger.Last last = ledger.last(cgroup.id(), file);
        LimitValue before = last == null ? null : last.value();
        if (!now.equals(before)) {
            ledger.record(cgroup.id(), file, now, false);
            String type = standing == Standing.OBSERVED ? EventTypes.LIMITS_CHANGED : EventTypes.LIMITS_DRIFTED;
            publishIfChanged(cgroup, type, file, before, now, "someone else");
            boolean ours = standing == Standing.MANAGED || (last != null && last.ours());
            driftListener.drifted(cgroup.path(), cgroup.id(), file, ours);
        }
    }

    private void publishIfChanged(
            Cgroup cgroup, String type, LimitFile file, @Nullable LimitValue before, LimitValue after, String by) {
        if (after.equals(before)) {
            return;
        }
        events.accept(new EventDraft(
                type,
                cgroup.path().id(),
                clock.instant(),
                new JsonObject()
                        .put("file", file.fileName())
                        .put("before", before == null ? null : before.json())
                        .put("after", after.json())
                        .put("by", by)));
    }

    private void publishRefused(Cgroup cgroup, Problem problem, String by) {
        events.accept(new EventDraft(
                EventTypes.LIMITS_REFUSED,
                cgroup.path().id(),
                clock.instant(),
                new JsonObject()
                        .put("file", problem.file())
                        .put("errno", problem.errno())
                        .put("detail", problem.getMessage())
                        .put("by", by)));
    }

    private Cgroup open(CgroupPath path) {
        return switch (cgroups.open(path)) {
            case Reading.Known<Cgroup>(Cgroup cgroup) -> cgroup;
            case Reading.Gone<Cgroup>() ->
                throw Problem.of(Problem.Kind.NOT_FOUND, "there is no group " + path.id() + " (any more)");
            case Reading.Unknown<Cgroup>(String why) -> throw Problem.of(Problem.Kind.UNAVAILABLE, why);
        };
    }

    // In the group's order of work, so that it cannot take somebody else's write for what was before it.
    private LimitsView readAndRemember(Cgroup cgroup) {
        LimitsView view = read(cgroup);
        view.values().forEach((file, reading) -> {
            LimitValue value = reading.orNull();
            if (value != null && ledger.last(cgroup.id(), file) == null) {
                ledger.record(cgroup.id(), file, value, false);
            }
        });
        return view;
    }

    private static LimitValue requireKnown(Cgroup cgroup, LimitFile file, @Nullable Reading<LimitValue> reading) {
        if (reading instanceof Reading.Known<LimitValue>(LimitValue value)) {
            return value;
        }
        if (reading instanceof Reading.Unknown<LimitValue>(String why)) {
            throw Problem.of(Problem.Kind.UNSUPPORTED, file.fileName() + " is not supported here: " + why)
                    .atField(file.fileName());
        }
        throw LimitTransaction.gone(cgroup);
    }
}
