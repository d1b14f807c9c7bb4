package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;

/**
 * Makes meters and shares between them the budget of descriptors and one inotify descriptor that tells whose limits were
 * written. Nobody waits on that descriptor: it is looked at once before each round of readings.
 */
final class SharedMeters implements CgroupMeters {
    private final BaseCgroups cgroups;
    private final DescriptorBudget budget;
    private final LimitMarks marks;
    private final ReadBuffer buffer = new ReadBuffer();

    SharedMeters(BaseCgroups cgroups, DescriptorBudget budget) {
        this.cgroups = cgroups;
        this.budget = budget;
        this.marks = new LimitMarks(cgroups.v2.syscalls(), cgroups.plan().limitNames());
    }

    @Override
    public Reading<CgroupMeter> open(CgroupPath path) {
        return cgroups.open(path).map(cgroup -> new HeldMeter(cgroups, (BaseCgroup) cgroup, budget, marks, buffer));
    }

    @Override
    public void beginRound() {
        marks.collect();
    }

    @Override
    public int held() {
        return budget.held();
    }

    @Override
    public void close() {
        marks.close();
    }
}
