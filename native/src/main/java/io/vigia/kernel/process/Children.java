package io.vigia.kernel.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The children whose end somebody waits for, by PID. A child keeps its number until it is waited for, so a number in here
 * cannot be another's. The orphan reaper leaves these alone. Thread-safe.
 */
public final class Children {
    private final Set<Integer> claimed = ConcurrentHashMap.newKeySet();

    void claim(int pid) {
        boolean unused = claimed.add(pid);
    }

    /** After it was waited for. */
    void release(int pid) {
        boolean unused = claimed.remove(pid);
    }

    boolean isClaimed(int pid) {
        return claimed.contains(pid);
    }

    int count() {
        return claimed.size();
    }
}
