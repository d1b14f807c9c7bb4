package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a policy did, or did not, act: complete enough to be judged later without the state it was taken in.
 *
 * @param id unique: the instance's name with a number
 * @param rung from 0; -1 where no rung is concerned
 * @param action the rung's, as written; {@code null} where no rung is concerned
 * @param readings of every detector, in the order of {@code when}
 * @param candidates the highest score first
 * @param orders in {@code enforce} to be carried out, in {@code dry-run} what would have been
 * @param why one plain sentence
 */
public record Decision(
        String id,
        String policy,
        CgroupPath target,
        CgroupId targetId,
        Instant time,
        PolicySpec.Mode mode,
        Kind kind,
        int rung,
        @Nullable RungAction action,
        List<DetectorReading> readings,
        List<Scored> candidates,
        List<Spared> spared,
        List<Order> orders,
        String why,
        Outcome outcome) {
    public Decision {
        readings = List.copyOf(readings);
        candidates = List.copyOf(candidates);
        spared = List.copyOf(spared);
        orders = List.copyOf(orders);
    }

    Decision with(Outcome settled) {
        return new Decision(
                id,
                policy,
                target,
                targetId,
                time,
                mode,
                kind,
                rung,
                action,
                readings,
                candidates,
                spared,
                orders,
                why,
                settled);
    }

    /** What was decided. */
    public enum Kind {
        ARMED,
        FIRED,
        ACTED,
        RELIEVED,
        SUPPRESSED,
        FAILED
    }
}
