package io.vigia.supervisor.guest;

import java.time.Duration;

/**
 * How long a test waits for an event before it says that it does not come. The property {@code vigia.test.patience}
 * multiplies every bound where a machine is slower by nature, such as one that is emulated.
 */
public final class Patience {
    private static final int FACTOR = Integer.getInteger("vigia.test.patience", 1);

    private Patience() {}

    public static long seconds(long onThisMachine) {
        return onThisMachine * FACTOR;
    }

    public static Duration of(long secondsOnThisMachine) {
        return Duration.ofSeconds(seconds(secondsOnThisMachine));
    }
}
