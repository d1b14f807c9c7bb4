package io.vigia.kernel.inotify;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One directory of the tree, between its first sign and its end. Kernel-loop thread only. */
final class WatchedCgroup {
    private static final int[] NONE = {};
    private static final int NOT_WATCHED = -1;

    enum State {
        /** Its creation was told, but it could not be opened: its removal will follow. */
        UNSEEN,
        /** A listing named it; it is about to be opened. */
        LISTED,
        /** Watched and, if it matches, announced. */
        KNOWN,
        /** Removed: whoever still has it in a queue leaves it alone. */
        ENDED
    }

    final CgroupPath path;
    /** {@code null} while unseen. */
    final @Nullable CgroupId id;

    State state;
    boolean announced;
    /** Of the last scan that it was queued for. */
    int generation;

    private int watch = NOT_WATCHED;
    private int[] pins = NONE;
    private @Nullable Map<String, WatchedCgroup> children;
    private @Nullable List<Integer> extras;

    WatchedCgroup(CgroupPath path, @Nullable CgroupId id, State state) {
        this.path = path;
        this.id = id;
        this.state = state;
    }

    boolean is(long inode) {
        return id != null && id.inode() == inode;
    }

    boolean isWatched() {
        return watch != NOT_WATCHED;
    }

    void watched(int number) {
        watch = number;
    }

    int[] pins() {
        return pins;
    }

    void pinned(int[] numbers) {
        pins = numbers;
    }

    void addExtra(int number) {
        if (extras == null) {
            extras = new ArrayList<>(2);
        }
        extras.add(number);
    }

    boolean removeExtra(int number) {
        return extras != null && extras.remove((Integer) number);
    }

    /** Every watch and pin, which are then no longer its own. */
    List<Integer> takeWatches() {
        List<Integer> all = new ArrayList<>(pins.length + 1);
        if (watch != NOT_WATCHED) {
            all.add(watch);
        }
        for (int pin : pins) {
            all.add(pin);
        }
        if (extras != null) {
            all.addAll(extras);
        }
        watch = NOT_WATCHED;
        pins = NONE;
        extras = null;
        return all;
    }

    @Nullable
    WatchedCgroup child(String escapedName) {
        return children == null ? null : children.get(escapedName);
    }

    void put(WatchedCgroup child) {
        if (children == null) {
            children = new HashMap<>();
        }
        children.put(child.path.name(), child);
    }

    void drop(WatchedCgroup child) {
        if (children != null) {
            children.remove(child.path.name());
            if (children.isEmpty()) {
                children = null;
            }
        }
    }

    Collection<WatchedCgroup> children() {
        return children == null ? List.of() : List.copyOf(children.values());
    }
}
