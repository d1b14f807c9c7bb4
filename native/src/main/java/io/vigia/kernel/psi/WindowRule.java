package io.vigia.kernel.psi;

import io.vigia.kernel.model.PressureTrigger;

/** Which windows the kernel takes from this process (kernel/sched/psi.c, psi_trigger_create). */
enum WindowRule {
    /** With CAP_SYS_RESOURCE: as asked. */
    FREE(1),
    /** With it, before Linux 6.5: at least 500 ms. */
    HALF_SECOND(500_000),
    /** Without it: a multiple of 2 s. Before 6.5: none at all. */
    TWO_SECONDS(PressureTrigger.UNPRIVILEGED_WINDOW_STEP_USEC);

    private final long stepUsec;

    WindowRule(long stepUsec) {
        this.stepUsec = stepUsec;
    }

    /** The window is never made shorter, and the share of it that must be stalled stays. */
    PressureTrigger granted(PressureTrigger wanted) {
        long window = switch (this) {
            case FREE -> wanted.windowUsec();
            case HALF_SECOND -> Math.max(wanted.windowUsec(), stepUsec);
            case TWO_SECONDS -> Math.ceilDiv(wanted.windowUsec(), stepUsec) * stepUsec;
        };
        if (window == wanted.windowUsec()) {
            return wanted;
        }
        long stall = Math.max(1, Math.round((double) wanted.stallUsec() * window / wanted.windowUsec()));
        return new PressureTrigger(wanted.resource(), wanted.kind(), Math.min(stall, window), window);
    }
}
