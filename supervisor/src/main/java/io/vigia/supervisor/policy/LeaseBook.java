package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.LimitValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which file, and what it goes back to. Immutable; any thread.
 *
 * <p>Several holders of one file: an operator's {@link LeaseIntent#SET} wins, the latest of them; else the tightest
 * {@code TIGHTEN}; else the highest {@code RAISE}. Whoever leaves, in whatever order, leaves the value that the others alone
 * would have led to; the last one leaves the original.
 *
 * <p>For crash safety: store the book of a {@link LeaseChange} first, write then, and tell with {@link #confirmed} what was read
 * back. Until then a file that is being given back stays in the book. After a restart, {@link #fromMaps} and {@link #reconcile}
 * of every file finish what was cut off.
 */
public final class LeaseBook {
    public static final LeaseBook EMPTY = new LeaseBook(Map.of());

    private final Map<LeaseKey, LeaseEntry> entries;

    private LeaseBook(Map<LeaseKey, LeaseEntry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /**
     * Takes a lease. It replaces the holder's earlier one on the file, but not a {@link LeaseIntent#SET}.
     *
     * @param present what the kernel reads now: becomes the original when nobody holds the file
     * @param untilNanos on the monotonic clock; {@code null}: until given back
     */
    public LeaseChange take(
            LeaseKey key,
            LeaseHolder holder,
            LeaseIntent intent,
            LimitValue wanted,
            LimitValue present,
            @Nullable Long untilNanos,
            Moment now) {
        LeaseEntry known = entries.get(key);
        LeaseEntry before = known == null ? LeaseEntry.fresh(key, present) : known;
        Lease lease =
                new Lease(key, holder, intent, wanted, now.wall(), untilNanos == null ? null : now.wallAt(untilNanos));
        LeaseEntry after = before.with(new LeaseEntry.Held(lease, untilNanos));
        Changing changing = new Changing(entries);
        changing.replace(before, after);
        return changing.done();
    }

    /** Gives back all that {@code holder} has. */
    public LeaseChange giveBack(LeaseHolder holder, String why) {
        return release(e -> true, h -> h.lease().holder().equals(holder), why);
    }

    /** Gives back one file. */
    public LeaseChange giveBack(LeaseKey key, LeaseHolder holder, String why) {
        return release(e -> e.key().equals(key), h -> h.lease().holder().equals(holder), why);
    }

    /** Gives back this one. */
    public LeaseChange giveBack(Lease lease, String why) {
        return release(e -> e.key().equals(lease.key()), h -> h.lease().equals(lease), why);
    }

    /** Gives back all that has reached its end. */
    public LeaseChange expire(Moment now) {
        return release(e -> true, h -> h.untilNanos() != null && now.reached(h.untilNanos()), "its time is over");
    }

    /**
     * The file reads {@code seen} while no write of ours is in flight. When that is not what was written, somebody else
     * set it: the value is respected, so every lease on the file ends and nothing is written.
     */
    public LeaseChange observed(LeaseKey key, LimitValue seen, String who) {
        LeaseEntry entry = entries.get(key);
        if (entry == null || entry.written().equals(seen)) {
            return unchanged();
        }
        return overruled(key, seen, who);
    }

    /** Whether {@code seen} is what a write of ours has yet to replace: one that is under way, or still to come. */
    public boolean isToBeReplaced(LeaseKey key, LimitValue seen) {
        LeaseEntry entry = entries.get(key);
        return entry != null
                && !entry.written().equals(seen)
                && entry.previous().equals(seen);
    }

    /** Somebody set the file for good, to whatever value: every lease on it ends and nothing is written. */
    public LeaseChange overruled(LeaseKey key, LimitValue value, String who) {
        return forget(e -> e.key().equals(key), who + " set it to " + value.kernelText());
    }

    /** As if nobody had ever leased it: for a lease whose write has not begun. */
    public LeaseBook without(LeaseKey key) {
        return forget(e -> e.key().equals(key), "never written").book();
    }

    /** The group was removed, and its files with it. */
    public LeaseChange gone(CgroupId group) {
        return forget(e -> e.key().group().equals(group), "its group is gone");
    }

    /** The write is done, and this is what the kernel reads back. */
    public LeaseBook confirmed(LeaseKey key, LimitValue readBack) {
        LeaseEntry entry = entries.get(key);
        if (entry == null) {
            return this;
        }
        Changing changing = new Changing(entries);
        if (entry.held().isEmpty()) {
            changing.remove(entry);
        } else {
            changing.put(entry.confirmed(readBack));
        }
        return changing.done().book();
    }

    /**
     * After a restart: the file reads {@code present}. Finishes a write that was cut off; a value that is neither what was to be
     * written nor what was there before is somebody else's, and ends the leases.
     */
    public LeaseChange reconcile(LeaseKey key, LimitValue present) {
        LeaseEntry entry = entries.get(key);
        if (entry == null) {
            return unchanged();
        }
        if (present.equals(entry.written())) {
            return new LeaseChange(confirmed(key, present), List.of(), List.of());
        }
        boolean cutOff = !entry.previous().equals(entry.written());
        if (cutOff && (present.equals(entry.previous()) || present.equals(entry.original()))) {
            return new LeaseChange(this, List.of(write(entry)), List.of());
        }
        return forget(e -> e.key().equals(key), "somebody else set it to " + present.kernelText());
    }

    /** All leases, by path and file. */
    public List<Lease> leases() {
        return entries.values().stream()
                .flatMap(e -> e.held().stream())
                .map(LeaseEntry.Held::lease)
                .sorted(Comparator.comparing((Lease l) -> l.key().path())
                        .thenComparing(l -> l.key().file())
                        .thenComparing(Lease::since))
                .toList();
    }

    public List<Lease> leasesOf(LeaseHolder holder) {
        return leases().stream().filter(l -> l.holder().equals(holder)).toList();
    }

    /** Files in the book, those included that are still being given back. */
    public List<LeaseKey> keys() {
        return entries.keySet().stream()
                .sorted(Comparator.comparing(LeaseKey::path).thenComparing(LeaseKey::file))
                .toList();
    }

    public boolean holds(LeaseKey key) {
        return entries.containsKey(key);
    }

    /** What the file was before anybody leased it; {@code null} when nobody has. */
    public @Nullable LimitValue original(LeaseKey key) {
        LeaseEntry entry = entries.get(key);
        return entry == null ? null : entry.original();
    }

    /** What the file should read now; {@code null} when it is not in the book. */
    public @Nullable LimitValue expected(LeaseKey key) {
        LeaseEntry entry = entries.get(key);
        return entry == null ? null : entry.written();
    }

    /** When {@link #expire} is due next, on the monotonic clock. */
    public OptionalLong nextExpiryNanos(Moment now) {
        return entries.values().stream()
                .flatMap(e -> e.held().stream())
                .filter(h -> h.untilNanos() != null)
                .mapToLong(h -> h.untilNanos() - now.nanos())
                .min()
                .stream()
                .map(left -> left + now.nanos())
                .findFirst();
    }

    /** Whether both say the same of every file. */
    public boolean sameAs(LeaseBook other) {
        return entries.equals(other.entries);
    }

    /** The documents of {@link #toMaps} that are others than in {@code before}, by {@link #documentKey}; empty: to be deleted. */
    public Map<String, Optional<Map<String, Object>>> documentsSince(LeaseBook before) {
        TreeMap<String, Optional<Map<String, Object>>> changed = new TreeMap<>();
        before.entries.keySet().stream()
                .filter(key -> !entries.containsKey(key))
                .forEach(key -> changed.put(documentKey(key), Optional.empty()));
        entries.forEach((key, entry) -> {
            if (!entry.equals(before.entries.get(key))) {
                changed.put(documentKey(key), Optional.of(LeaseCodec.toMap(entry)));
            }
        });
        return changed;
    }

    /** One document of plain values per file, by {@link #documentKey}. */
    public SortedMap<String, Map<String, Object>> toMaps() {
        TreeMap<String, Map<String, Object>> all = new TreeMap<>();
        entries.values().forEach(e -> all.put(documentKey(e.key()), LeaseCodec.toMap(e)));
        return all;
    }

    /**
     * The inverse of {@link #toMaps()}, also by another process.
     *
     * @throws IllegalArgumentException naming the document and field that is not as written
     */
    public static LeaseBook fromMaps(Map<String, Map<String, Object>> documents, Moment now) {
        TreeMap<String, LeaseEntry> sorted = new TreeMap<>();
        documents.forEach((name, document) -> sorted.put(name, LeaseCodec.fromMap(name, document, now)));
        Changing changing = new Changing(Map.of());
        sorted.values().forEach(changing::put);
        return changing.done().book();
    }

    public static String documentKey(LeaseKey key) {
        return key.group() + "/" + key.file();
    }

    private LeaseChange unchanged() {
        return new LeaseChange(this, List.of(), List.of());
    }

    private LeaseChange release(Predicate<LeaseEntry> where, Predicate<LeaseEntry.Held> leaving, String why) {
        Changing changing = new Changing(entries);
        each(where, entry -> {
            entry.held().stream().filter(leaving).forEach(h -> changing.end(h.lease(), why));
            LeaseEntry after = entry.without(leaving);
            if (after.held().size() != entry.held().size()) {
                changing.replace(entry, after);
            }
        });
        return changing.done();
    }

    private LeaseChange forget(Predicate<LeaseEntry> where, String why) {
        Changing changing = new Changing(entries);
        each(where, entry -> {
            entry.held().forEach(h -> changing.end(h.lease(), why));
            changing.remove(entry);
        });
        return changing.done();
    }

    private void each(Predicate<LeaseEntry> where, Consumer<LeaseEntry> action) {
        keys().stream().map(entries::get).filter(where).forEach(action);
    }

    private static LeaseChange.Write write(LeaseEntry entry) {
        return new LeaseChange.Write(entry.key(), entry.written(), entry.held().isEmpty());
    }

    /** The next book while it is being made. */
    private static final class Changing {
        private final TreeMap<String, LeaseEntry> next = new TreeMap<>();
        private final List<LeaseChange.Write> writes = new ArrayList<>();
        private final List<LeaseChange.Ended> ended = new ArrayList<>();

        Changing(Map<LeaseKey, LeaseEntry> entries) {
            entries.values().forEach(this::put);
        }

        void put(LeaseEntry entry) {
            next.put(documentKey(entry.key()), entry);
        }

        void remove(LeaseEntry entry) {
            next.remove(documentKey(entry.key()));
        }

        void end(Lease lease, String why) {
            ended.add(new LeaseChange.Ended(lease.key(), lease.holder(), why));
        }

        void replace(LeaseEntry before, LeaseEntry after) {
            boolean write = !after.written().equals(before.written());
            if (write) {
                writes.add(LeaseBook.write(after));
            }
            // What was never changed needs no giving back; an unconfirmed write does, whatever it should have led to.
            if (after.held().isEmpty() && !write && after.previous().equals(after.written())) {
                remove(after);
            } else {
                put(after);
            }
        }

        LeaseChange done() {
            HashMap<LeaseKey, LeaseEntry> byKey = new HashMap<>();
            next.values().forEach(e -> byKey.put(e.key(), e));
            return new LeaseChange(new LeaseBook(byKey), writes, ended);
        }
    }
}
