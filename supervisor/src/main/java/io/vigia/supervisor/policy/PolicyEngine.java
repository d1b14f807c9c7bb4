package io.vigia.supervisor.policy;

import java.util.List;

/**
 * The engine: {@code (state, input, now) → (state, decisions, orders, wants)}. Static, pure, never blocks, never throws for any input
 * in any state; any thread.
 */
public final class PolicyEngine {
    private PolicyEngine() {}

    /**
     * Arms a policy on a group.
     *
     * @throws IllegalArgumentException when a pressure detector's window is longer than the kernel takes (10 s)
     */
    public static Step start(PolicyStart start, Moment now) {
        PolicyState state = new PolicyState(
                start.instance(),
                start.spec(),
                start.path(),
                start.id(),
                new Phase.Armed(),
                Watch.EMPTY,
                null,
                start.leases(),
                List.of(),
                List.of(),
                null,
                null,
                1,
                now.nanos());
        return new Step(state, List.of(), List.of(), List.of(), Wants.NOTHING);
    }

    /** Advances it by one input. */
    public static Step step(PolicyState state, Input input, Moment now) {
        return new Step(state, List.of(), List.of(), List.of(), Wants.NOTHING);
    }
}
