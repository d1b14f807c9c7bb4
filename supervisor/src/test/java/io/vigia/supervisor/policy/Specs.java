package io.vigia.supervisor.policy;

import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policies for tests: CPU pressure above 10 percent of 2 s. */
final class Specs {
    static final PolicySpec.Target BATCH = new PolicySpec.Target(Glob.ofPath("/batch/*"), Map.of());
    static final RungAction NOTIFY = new RungAction.Notify(null);
    static final RungAction THROTTLE =
            new RungAction.Throttle(BATCH, Map.of(LimitFile.CPU_MAX, new LimitValue.CpuQuota(25_000, 100_000)));
    static final RungAction KILL =
            new RungAction.Kill(BATCH, RungAction.Rank.MEMORY, RungAction.Scope.GROUP, Duration.ofSeconds(1));
    static final Condition PRESSURE =
            new Condition.PressureAbove(Resource.CPU, PressureKind.SOME, 0.1, Duration.ofSeconds(2));

    private Specs() {}

    static PolicySpec of(
            Condition when,
            long forSeconds,
            PolicySpec.@Nullable Relief relief,
            PolicySpec.@Nullable Budget budget,
            PolicySpec.Mode mode,
            RungAction... ladder) {
        List<PolicySpec.Rung> rungs = new ArrayList<>();
        for (RungAction action : ladder) {
            rungs.add(new PolicySpec.Rung(action, Duration.ofSeconds(5)));
        }
        return new PolicySpec(
                "p",
                new PolicySpec.Target(Glob.ofPath("/web"), Map.of()),
                mode,
                when,
                Duration.ofSeconds(forSeconds),
                rungs,
                relief,
                Duration.ofSeconds(15),
                budget,
                "{}");
    }

    static PolicySpec enforcing(RungAction... ladder) {
        return of(
                PRESSURE,
                0,
                new PolicySpec.Relief(0.05, Duration.ofSeconds(4)),
                new PolicySpec.Budget(2, Duration.ofMinutes(10)),
                PolicySpec.Mode.ENFORCE,
                ladder);
    }
}
