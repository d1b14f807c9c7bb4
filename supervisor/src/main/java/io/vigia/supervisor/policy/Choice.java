package io.vigia.supervisor.policy;

import java.util.List;

/** Whom a rung acts on. {@code orders} empty: nobody may be acted on. */
record Choice(List<Scored> candidates, List<Spared> spared, List<Order> orders) {
    static final Choice NONE = new Choice(List.of(), List.of(), List.of());
}
