package io.vigia.supervisor.engine;

import io.vigia.supervisor.config.ContainerSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/** When to start again after an end that nobody asked for. Not thread-safe; no clock of its own. */
final class Restarts {
    /** A run of this length says that it works: waits start small again. */
    private static final Duration GOOD_RUN = Duration.ofSeconds(10);

    private static final Duration FIRST_WAIT = Duration.ofMillis(10);

    private final ArrayDeque<Instant> recent = new ArrayDeque<>();
    private int inARow;

    /** What to do next. */
    sealed interface Next {
        /** @param delay may be zero */
        record Start(Duration delay) implements Next {}

        record Complete() implements Next {}

        record Fail(String why) implements Next {}
    }

    /** Forgets what was: somebody asked for a start. */
    void reset() {
        recent.clear();
        inARow = 0;
    }

    /** @param ran how long the root lived */
    Next after(ContainerSpec.Restart wish, boolean succeeded, Duration ran, Instant now) {
        boolean again = switch (wish.policy()) {
            case ALWAYS -> true;
            case ON_FAILURE -> !succeeded;
            case NEVER -> false;
        };
        if (!again) {
            return succeeded
                    ? new Next.Complete()
                    : new Next.Fail("it failed, and its restart policy is "
                            + wish.policy()
                                    .name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', '-'));
        }
        if (wish.giveUpCount() > 0) {
            while (!recent.isEmpty() && recent.peekFirst().isBefore(now.minus(wish.giveUpWithin()))) {
                recent.removeFirst();
            }
            if (recent.size() >= wish.giveUpCount()) {
                return new Next.Fail("given up after " + recent.size() + " restarts within "
                        + wish.giveUpWithin().toMillis() + " ms");
            }
            recent.addLast(now);
        }
        if (ran.compareTo(GOOD_RUN) >= 0) {
            inARow = 0;
        }
        return new Next.Start(delay(wish));
    }

    private Duration delay(ContainerSpec.Restart wish) {
        int doublings = Math.min(inARow++, 30);
        Duration base = wish.backoffMin();
        if (base.isZero()) {
            // At once the first time; then from a small step, or a program that cannot live would spin.
            if (doublings == 0) {
                return Duration.ZERO;
            }
            base = FIRST_WAIT;
            doublings--;
        }
        Duration wait = base.multipliedBy(1L << doublings);
        return wait.compareTo(wish.backoffMax()) > 0 ? wish.backoffMax() : wait;
    }
}
