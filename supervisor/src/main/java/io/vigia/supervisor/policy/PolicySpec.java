package io.vigia.supervisor.policy;

import io.vigia.kernel.model.Glob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Detector → ladder of actions → relief, validated.
 *
 * @param forAtLeast how long the condition must hold before the first rung; zero: at once
 * @param ladder at least one rung; the next only if the one before brought no relief within its wait
 * @param relief when leases are given back; {@code null}: when the condition no longer holds
 * @param cooldown after a ladder has ended, before it may begin again
 * @param text as given, in JSON, for {@code GET} and the store
 */
public record PolicySpec(
        String name,
        Target target,
        Mode mode,
        Condition when,
        Duration forAtLeast,
        List<Rung> ladder,
        @Nullable Relief relief,
        Duration cooldown,
        @Nullable Budget budget,
        String text) {
    public PolicySpec {
        ladder = List.copyOf(ladder);
        if (ladder.isEmpty()) {
            throw new IllegalArgumentException("policy " + name + ": the ladder needs at least one rung");
        }
    }

    /** Which groups; each matching group has its own state. A group must match both parts that are given. */
    public record Target(@Nullable Glob path, Map<String, String> labels) {
        public Target {
            labels = Map.copyOf(labels);
        }
    }

    /** Whether decisions become actions. */
    public enum Mode {
        ENFORCE,
        DRY_RUN
    }

    /**
     * @param below share of stalled time (or of the detector's own quantity when there is no pressure detector), 0 to 1
     * @param forAtLeast how long it must stay below
     */
    public record Relief(double below, Duration forAtLeast) {}

    /** At most {@code kills} kills in any span of {@code per}; further ones are suppressed and say so. */
    public record Budget(int kills, Duration per) {}

    /** @param waitFor how long to look for relief before the next rung */
    public record Rung(RungAction action, Duration waitFor) {}
}
