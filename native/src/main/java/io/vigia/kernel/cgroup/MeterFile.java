package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.parse.FileNumbers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One file of a meter.
 *
 * @param controller in whose directory it is; {@code null}: in the v2 directory, whatever else is mounted
 * @param need when it has to be read
 */
record MeterFile(@Nullable Controller controller, String name, Need need, FileNumbers parser) {
    enum Need {
        ALWAYS,
        /** Only processes of the v2 group change it: not again while the group stays empty. */
        PROCESSES,
        /** All zero when {@code memory.current} and {@code memory.peak} are: nothing was ever charged. */
        CHARGES,
        /** {@code memory.events}, when the kernel's notifications do not tell it. */
        TREE_EVENTS,
        /** {@code memory.events.local}, likewise. */
        LOCAL_EVENTS
    }

    byte[] nameBytes() {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
