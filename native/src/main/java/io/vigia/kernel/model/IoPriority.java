package io.vigia.kernel.model;

/**
 * When a process's reads and writes are served (ioprio_set(2)); only some I/O schedulers heed it.
 *
 * @param level 0 (first) to 7; 0 for {@code IDLE}, which has none
 */
public record IoPriority(Scheduling scheduling, int level) {
    private static final int CLASS_SHIFT = 13;
    private static final int LEVELS = 8;

    public IoPriority {
        if (level < 0 || level >= LEVELS) {
            throw new IllegalArgumentException("an io priority has levels 0 to 7, not " + level);
        }
    }

    /** IOPRIO_CLASS_*. */
    public enum Scheduling {
        REALTIME(1),
        BEST_EFFORT(2),
        IDLE(3);

        private final int number;

        Scheduling(int number) {
            this.number = number;
        }
    }

    /** As the kernel takes it. */
    public int value() {
        return (scheduling.number << CLASS_SHIFT) | level;
    }
}
