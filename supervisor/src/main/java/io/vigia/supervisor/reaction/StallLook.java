package io.vigia.supervisor.reaction;

/**
 * One look at a stall counter. The kernel's word can be late where CPUs are short, which is when pressure is: its silence alone does
 * not say that the pressure is gone. Pure; any thread.
 *
 * @param totalUsec {@code total=} of a pressure line
 * @param nanos when it was read ({@link System#nanoTime})
 */
record StallLook(long totalUsec, long nanos) {
    /** Whether tasks stalled since {@code before} for at least {@code stallUsec} of every {@code windowUsec}. */
    boolean stallsSince(StallLook before, long stallUsec, long windowUsec) {
        double passedUsec = (nanos - before.nanos) / 1000.0;
        double stalledUsec = totalUsec - before.totalUsec;
        return passedUsec > 0 && stalledUsec / passedUsec >= (double) stallUsec / windowUsec;
    }
}
