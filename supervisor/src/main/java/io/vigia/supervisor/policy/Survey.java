package io.vigia.supervisor.policy;

import java.util.List;

/**
 * The answer to a {@link SurveyRequest}.
 *
 * @param candidates at least every group that the request's target matches; others are spared as not matching
 * @param otherKills {@link PolicyState#kills()} of the same policy's other instances: the budget is the policy's
 */
public record Survey(Guards guards, List<Candidate> candidates, List<Long> otherKills) {
    public Survey {
        candidates = List.copyOf(candidates);
        otherKills = List.copyOf(otherKills);
    }
}
