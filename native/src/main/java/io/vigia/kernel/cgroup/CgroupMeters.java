package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;

/** Makes meters, which share a budget of descriptors. {@link #open} and {@link #beginRound} on one thread at a time. */
public interface CgroupMeters extends AutoCloseable {
    /** Gone when there is no such cgroup. */
    Reading<CgroupMeter> open(CgroupPath path);

    /** Before a round of readings: takes note of the limits that were written since the last one. */
    void beginRound();

    /** Descriptors held now. */
    int held();

    /** Meters are closed by whoever has them. */
    @Override
    void close();
}
