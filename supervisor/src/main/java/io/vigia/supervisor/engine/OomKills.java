package io.vigia.supervisor.engine;

/**
 * Tells whether the kernel's OOM killer struck in the present run: by the cgroup's own count, which no restart of vigia
 * loses; where there is none, by what was seen. Kernel-loop thread only.
 */
final class OomKills {
    private long before = -1;
    private boolean seen;

    /** @param count of the cgroup, -1 unknown */
    void startFrom(long count) {
        before = count;
        seen = false;
    }

    long before() {
        return before;
    }

    void seen() {
        seen = true;
    }

    /** The run is over; {@code true} if there was one. The next run is counted from here. */
    boolean struck(long count) {
        boolean counted = count >= 0 && before >= 0;
        boolean struck = counted ? count > before : seen;
        startFrom(count);
        return struck;
    }
}
