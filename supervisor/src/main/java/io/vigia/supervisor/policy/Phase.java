package io.vigia.supervisor.policy;

/** Where an instance stands. Times are monotonic nanoseconds. */
public sealed interface Phase {
    /** Watching; the condition does not hold. */
    record Armed() implements Phase {}

    /** The condition holds since then, but not yet for long enough. */
    record Pending(long sinceNanos) implements Phase {}

    /** The rung is due; its candidates were asked for. */
    record Choosing(int rung, long request) implements Phase {}

    /** Waiting until growth can be measured before the rung's candidates are asked for again. */
    record Measuring(int rung, long untilNanos) implements Phase {}

    /** The rung's orders are being carried out. */
    record Acting(int rung, Decision decision) implements Phase {}

    /** Looking for relief; at the end the next rung is due. */
    record Waiting(int rung, long untilNanos) implements Phase {}

    /** The ladder has ended without relief; its last rung may be due again then. */
    record Holding(int rung, long againNanos) implements Phase {}

    /** Relieved. {@code told}: that the condition held again meanwhile was recorded. */
    record Cooling(long untilNanos, boolean told) implements Phase {}

    record Paused(String by) implements Phase {}

    record Ended(String why) implements Phase {}

    /** As the API says it. */
    default String apiName() {
        return switch (this) {
            case Armed a -> "armed";
            case Pending p -> "pending";
            case Choosing c -> "acting";
            case Measuring m -> "acting";
            case Acting a -> "acting";
            case Waiting w -> "waiting";
            case Holding h -> "holding";
            case Cooling c -> "cooldown";
            case Paused p -> "paused";
            case Ended e -> "ended";
        };
    }
}
