package io.vigia.kernel.model;

/**
 * A PSI trigger: tell me when stalls of this kind add up to {@code stallUsec} within {@code windowUsec}.
 *
 * @param stallUsec microseconds, 0 &lt; stall &le; window
 * @param windowUsec microseconds, at most 10 s; without CAP_SYS_RESOURCE a multiple of 2 s
 */
public record PressureTrigger(Resource resource, PressureKind kind, long stallUsec, long windowUsec) {
    /** The longest window that the kernel takes (kernel/sched/psi.c, WINDOW_MAX_US). */
    public static final long WINDOW_MAX_USEC = 10_000_000;
    /** What the window must be a multiple of without CAP_SYS_RESOURCE (psi averages period, 2 s). */
    public static final long UNPRIVILEGED_WINDOW_STEP_USEC = 2_000_000;

    public PressureTrigger {
        if (stallUsec <= 0 || stallUsec > windowUsec) {
            throw new IllegalArgumentException(
                    "stall must be above 0 and at most the window: " + stallUsec + " us of " + windowUsec + " us");
        }
        if (windowUsec > WINDOW_MAX_USEC) {
            throw new IllegalArgumentException("window must be at most 10 s: " + windowUsec + " us");
        }
    }
}
