package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.PageSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reclaim where the kernel has no file for it: {@code memory.limit_in_bytes} is lowered and at once restored. Lowering
 * reclaims what it can and never kills; EBUSY says that the rest cannot be reclaimed, with the limit unchanged. Between
 * the two writes the group lives under the lower limit, and after a crash it would for good: hence the guard.
 */
final class V1Reclaim {
    private static final Logger log = LoggerFactory.getLogger(V1Reclaim.class);
    private static final V1MemoryFiles FILES = new V1MemoryFiles();

    private V1Reclaim() {}

    static Reading<Long> reclaim(CgroupDir directory, long bytes, Cgroup.ReclaimGuard guard) {
        return Readings.then(
                directory.readNumber(CgroupFiles.V1_USAGE),
                usage -> Readings.then(
                        FILES.read(directory, LimitFile.MEMORY_MAX),
                        before -> lower(directory, usage, Math.max(0, usage - bytes), before, guard)));
    }

    private static Reading<Long> lower(
            CgroupDir directory, long usage, long target, LimitValue before, Cgroup.ReclaimGuard guard) {
        LimitValue meanwhile = new LimitValue.Amount(target / PageSize.BYTES * PageSize.BYTES);
        guard.lowering(LimitFile.MEMORY_MAX, before, meanwhile);
        Reading<Boolean> lowered = Reading.known(false);
        try {
            lowered = directory.write(CgroupFiles.V1_LIMIT, meanwhile.kernelText());
        } catch (KernelException.Busy e) {
            log.debug("reclaimed less than asked for in {}", directory.display(), e);
        } finally {
            directory.write(CgroupFiles.V1_LIMIT, before instanceof LimitValue.Max ? "-1" : before.kernelText());
        }
        return Readings.then(
                lowered, ok -> directory.readNumber(CgroupFiles.V1_USAGE).map(now -> Math.max(0, usage - now)));
    }
}
