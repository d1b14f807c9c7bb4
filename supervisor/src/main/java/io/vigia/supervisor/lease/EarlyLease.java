package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.Map;
import java.util.Optional;

/**
 * A lease that was taken on what a survey had read of the files, before they were read again for the write.
 *
 * @param taken false: the survey could not read a file, so nothing was taken
 * @param originals what stands as the original of those files that nobody held
 * @param writes what is to be written, once the lease is on disk
 */
record EarlyLease(
        boolean taken, Map<LimitFile, LimitValue> originals, Future<Map<LimitFile, Optional<LimitValue>>> writes) {
    static final EarlyLease NONE =
            new EarlyLease(false, Map.of(), Future.failedFuture(new IllegalStateException("nothing was leased")));

    EarlyLease {
        originals = Map.copyOf(originals);
    }

    /** Whether it would be the same on what is read now. Of a file that somebody held before, the original is known already. */
    boolean isOf(Map<LimitFile, LimitValue> present) {
        return taken
                && originals.entrySet().stream().allMatch(one -> one.getValue().equals(present.get(one.getKey())));
    }
}
