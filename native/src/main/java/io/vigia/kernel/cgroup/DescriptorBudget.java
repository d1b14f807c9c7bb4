package io.vigia.kernel.cgroup;

import io.vigia.kernel.sys.Syscalls;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many descriptors may be held for repeated reads. First come, first held: a scrape goes round all groups, and with
 * a least-recently-used cache such a round beyond the budget would hit nothing. Thread-safe.
 */
final class DescriptorBudget {
    private final int limit;
    private final AtomicInteger held = new AtomicInteger();

    DescriptorBudget(int limit) {
        this.limit = limit;
    }

    /** Half of what this process may open; the rest is for watches, connections, logs and children. */
    static DescriptorBudget ofProcess(Syscalls syscalls) {
        long soft = syscalls.nofileLimit()[0];
        return new DescriptorBudget((int) Math.min(1 << 20, soft < 0 ? 1 << 20 : soft / 2));
    }

    boolean take() {
        while (true) {
            int now = held.get();
            if (now >= limit) {
                return false;
            }
            if (held.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void giveBack(int count) {
        held.addAndGet(-count);
    }

    int held() {
        return held.get();
    }
}
