package io.vigia.supervisor.policy;

import io.vigia.kernel.model.PressureTrigger;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the instance waits for. The whole of it replaces what the step before wanted.
 *
 * @param deadlineNanos one timer, on the clock of {@link Moment#nanos()}: then give a {@link Input.Sampled} when {@code samples} is
 *     not empty, else a {@link Input.Tick}. Empty: nothing is due, only events matter
 * @param samples what the sample at the deadline must contain
 * @param triggers kernel triggers that must be armed on the target; what is armed beside them is to be disarmed
 * @param survey to be answered by {@link Input.Surveyed} as soon as possible; {@code null}: none
 */
public record Wants(
        OptionalLong deadlineNanos,
        Set<Sample.Part> samples,
        Set<PressureTrigger> triggers,
        @Nullable SurveyRequest survey) {
    /** Nothing any more. */
    public static final Wants NOTHING = new Wants(OptionalLong.empty(), Set.of(), Set.of(), null);

    public Wants {
        samples = Set.copyOf(samples);
        triggers = Set.copyOf(triggers);
    }
}
