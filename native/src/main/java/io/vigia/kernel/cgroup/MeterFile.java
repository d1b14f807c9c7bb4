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
        /**
         * Pressure: as {@link #PROCESSES}, and not again within {@link HeldMeter#PRESSURE_NANOS}. Reading any pressure file of a
         * group moves the kernel's two-second averaging of that group on without looking at its triggers, and what is read
         * within one jiffy is not counted at all (kernel/sched/psi.c: psi_show, collect_percpu_times): who reads all the
         * time ends both pressure and the triggers of a process without CAP_SYS_RESOURCE.
         */
        PRESSURE,
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
