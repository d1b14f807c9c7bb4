package io.vigia.kernel.cgroup;

import io.vigia.kernel.sys.Syscalls;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many descriptors may be held for repeated reads. First come, first held: a scrape goes round all groups, and with
 * a least-recently-used cache such a round beyond the budget would hit nothing. Thread-safe.
 */
final class DescriptorBudget {
    private static final int SPARED = 512;

    private final int limit;
    private final AtomicInteger held = new AtomicInteger();

    DescriptorBudget(int limit) {
        this.limit = limit;
    }

    /** Three quarters of what this process may open; the rest, 512 at least, is for connections, logs and children. */
    static DescriptorBudget ofProcess(Syscalls syscalls) {
        long soft = syscalls.nofileLimit()[0];
        long rest = Math.max(SPARED, soft / 4);
        return new DescriptorBudget((int) Math.max(0, Math.min(1 << 20, soft - rest)));
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
