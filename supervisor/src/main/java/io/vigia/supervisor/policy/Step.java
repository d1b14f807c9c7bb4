package io.vigia.supervisor.policy;

import java.util.List;

/**
 * What one input led to: {@code decisions} are stored and {@code events} published before any of {@code orders} changes anything; then
 * {@code wants} are arranged.
 *
 * @param state for the next step
 * @param decisions new ones, and those whose outcome is known now (same id: replaces)
 * @param orders to carry out; in dry-run nothing but the giving back of leases from before
 */
public record Step(
        PolicyState state, List<Decision> decisions, List<PolicyEvent> events, List<Orders> orders, Wants wants) {
    public Step {
        decisions = List.copyOf(decisions);
        events = List.copyOf(events);
        orders = List.copyOf(orders);
    }

    /**
     * The orders of one decision, to be answered together by {@link Input.Acted}.
     *
     * @param holder of the leases that they take or give back
     */
    public record Orders(String decision, LeaseHolder holder, List<Order> orders) {
        public Orders {
            orders = List.copyOf(orders);
        }
    }
}
