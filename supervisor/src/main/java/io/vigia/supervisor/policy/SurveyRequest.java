package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import java.util.Set;

/**
 * Asks for the groups that a rung might act on.
 *
 * @param number answer with it; the same number seen again is the same request
 * @param targetOnly the policy's own target is the only candidate; else what {@code victims} matches
 * @param limits files whose present value is needed of each candidate
 * @param usage whether what each candidate uses is needed, to rank them
 * @param members whether the processes of each candidate are needed
 */
public record SurveyRequest(
        long number,
        boolean targetOnly,
        PolicySpec.Target victims,
        Set<LimitFile> limits,
        boolean usage,
        boolean members) {
    public SurveyRequest {
        limits = Set.copyOf(limits);
    }
}
