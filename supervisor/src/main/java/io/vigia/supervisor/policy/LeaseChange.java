package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitValue;
import java.util.List;

/**
 * What a change of the {@link LeaseBook} asks for: store {@code book}, then write {@code writes}.
 *
 * @param ended leases that are no more, each with the reason
 */
public record LeaseChange(LeaseBook book, List<Write> writes, List<Ended> ended) {
    public LeaseChange {
        writes = List.copyOf(writes);
        ended = List.copyOf(ended);
    }

    /** @param lastHolderLeft nobody holds the file any more: this is the original value, given back */
    public record Write(LeaseKey key, LimitValue value, boolean lastHolderLeft) {}

    public record Ended(LeaseKey key, LeaseHolder holder, String why) {}
}
