package io.vigia.supervisor.policy;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one policy instance is told. Every input also lets due timers act. */
public sealed interface Input {
    /** The deadline of {@link Wants} has come. */
    record Tick() implements Input {}

    /**
     * The kernel's trigger fired.
     *
     * @param wanted the trigger as {@link Wants#triggers()} named it
     * @param armedWindowUsec the window that was really armed, which is longer where the kernel wants a multiple of 2 s
     */
    record PressureFired(PressureTrigger wanted, long armedWindowUsec) implements Input {}

    /** The trigger cannot be armed here: its pressure is sampled instead, and the reason recorded. */
    record TriggerUnavailable(PressureTrigger wanted, String why) implements Input {}

    record Sampled(Sample sample) implements Input {}

    /** {@code memory.events} was read again after the kernel notified. Counters since the group was made. */
    record MemoryEventsChanged(MemoryEvents counters) implements Input {}

    /** The answer to the survey request of this number; other numbers are ignored as stale. */
    record Surveyed(long request, Survey survey) implements Input {}

    /**
     * What became of a decision's orders.
     *
     * @param results one for each, in their order
     * @param reaction from the kernel's word until the last was done; {@code null}: no word of the kernel led to them
     */
    record Acted(
            String decision, List<Result> results, @Nullable Duration reaction) implements Input {
        public Acted {
            results = List.copyOf(results);
        }
    }

    /** A lease of this instance ended without it: expired, changed by somebody else, or its group is gone. */
    record LeaseEnded(LeaseKey lease, String why) implements Input {}

    /** The target group was removed. The instance ends. */
    record TargetGone() implements Input {}

    /** The policy was edited: leases are given back, and it arms again with the new text. */
    record Edited(PolicySpec spec) implements Input {}

    /** The policy was deleted or no longer matches the group: leases are given back, and the instance ends. */
    record Removed(String why) implements Input {}

    /** An operator stops it: leases are given back, nothing is watched until it is resumed. */
    record Paused(String by) implements Input {}

    record Resumed(String by) implements Input {}
}
