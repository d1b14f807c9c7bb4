package io.vigia.kernel.psi;

import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import org.jspecify.annotations.Nullable;

/** What came of asking for a pressure trigger. */
public sealed interface Arming {
    /**
     * It is armed.
     *
     * @param granted what the kernel took: the window may be longer than asked, with the same share of stall
     * @param warning says why it differs; only the first time, as the cause is the process and not the trigger
     */
    record Armed(PressureTrigger granted, @Nullable String warning, Handle handle) implements Arming {}

    /** It cannot be had here. */
    record Unavailable(Support.Missing why) implements Arming {}

    /** The cgroup ended before. */
    record Gone() implements Arming {}

    /** An armed trigger. */
    interface Handle {
        /** No event follows. Kernel-loop thread only; a second call does nothing. */
        void disarm();

        /** The pressure now, from the trigger's own descriptor: microseconds, never blocks. Kernel-loop thread only. */
        Reading<Pressure> pressure();
    }
}
