package io.vigia.supervisor.policy;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Kills of a policy, over all its targets, in any span of the budget's length. Attempts count, whatever came of them. */
final class KillBudget {
    private KillBudget() {}

    /** When the next kill is allowed; empty: now. */
    static OptionalLong freeAt(PolicySpec.Budget budget, List<Long> own, List<Long> others, Moment now) {
        long per = Spans.nanos(budget.per());
        List<Long> ages = Stream.concat(own.stream(), others.stream())
                .map(at -> now.nanos() - at)
                .filter(age -> age < per)
                .sorted()
                .toList();
        if (ages.size() < budget.kills()) {
            return OptionalLong.empty();
        }
        long left = budget.kills() <= 0 ? per : per - ages.get(budget.kills() - 1);
        return OptionalLong.of(now.nanos() + left);
    }
}
