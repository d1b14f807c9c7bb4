package io.vigia.supervisor.lease;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A lease that was taken on what a survey had read of the files, before they were read again for the write. It is noted, and has to be
 * brought to disk.
 *
 * @param taken false: the survey could not read a file, so nothing was taken
 * @param expected what each file must still read: what the survey saw, or what the book says of one that somebody held
 * @param fresh files that nobody held: what was expected of them stands as their original
 * @param writes what is to be written then
 */
record EarlyLease(
        boolean taken,
        Map<LimitFile, LimitValue> expected,
        Set<LimitFile> fresh,
        Map<LimitFile, Optional<LimitValue>> writes) {
    static final EarlyLease NONE = new EarlyLease(false, Map.of(), Set.of(), Map.of());

    EarlyLease {
        expected = Map.copyOf(expected);
        fresh = Set.copyOf(fresh);
        writes = Map.copyOf(writes);
    }

    /** Whether it would be the same on what is read now. */
    boolean isOf(Map<LimitFile, LimitValue> present) {
        return taken && expected.equals(present);
    }
}
