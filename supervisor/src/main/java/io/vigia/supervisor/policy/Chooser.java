package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a rung and its candidates to orders, with the reason for everybody who is spared. */
final class Chooser {
    private final Victim target;
    private final SurveyRequest asked;
    private final Survey survey;
    private final Resource resource;
    private final @Nullable Baseline baseline;
    private final Moment now;
    private final List<Scored> scored = new ArrayList<>();
    private final List<Spared> spared = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();

    Chooser(
            Victim target,
            SurveyRequest asked,
            Survey survey,
            Resource resource,
            @Nullable Baseline baseline,
            Moment now) {
        this.target = target;
        this.asked = asked;
        this.survey = survey;
        this.resource = resource;
        this.baseline = baseline;
        this.now = now;
    }

    static SurveyRequest request(long number, RungAction action, PolicySpec spec) {
        PolicySpec.Target victims = victims(action);
        Set<LimitFile> limits = switch (action) {
            case RungAction.Throttle throttle -> throttle.limits().keySet();
            case RungAction.Raise raise -> Set.of(raise.file());
            case RungAction.Notify n -> Set.of();
            case RungAction.Reclaim r -> Set.of();
            case RungAction.Freeze f -> Set.of();
            case RungAction.Kill k -> Set.of();
        };
        boolean members = action instanceof RungAction.Kill kill && kill.scope() != RungAction.Scope.GROUP;
        return new SurveyRequest(
                number,
                victims == null,
                victims == null ? spec.target() : victims,
                limits,
                action instanceof RungAction.Kill,
                members);
    }

    private static PolicySpec.@Nullable Target victims(RungAction action) {
        return switch (action) {
            case RungAction.Notify n -> null;
            case RungAction.Raise r -> null;
            case RungAction.Reclaim r -> r.victims();
            case RungAction.Throttle t -> t.victims();
            case RungAction.Freeze f -> f.victims();
            case RungAction.Kill k -> k.victims();
        };
    }

    Choice choose(RungAction action) {
        List<Candidate> eligible = new ArrayList<>();
        for (Candidate c : survey.candidates()) {
            Spared out = Sparing.check(c, action, asked, target, survey.guards());
            if (out == null) {
                eligible.add(c);
            } else {
                spared.add(out);
            }
        }
        eligible.sort(Comparator.comparing(Candidate::path));
        switch (action) {
            case RungAction.Notify n -> {}
            case RungAction.Reclaim reclaim ->
                eligible.forEach(c -> take(c, new Order.ReclaimBytes(c.victim(), reclaim.amountBytes())));
            case RungAction.Freeze freeze ->
                eligible.forEach(c -> take(c, new Order.FreezeGroup(c.victim(), freeze.atMost())));
            case RungAction.Throttle throttle -> eligible.forEach(c -> throttle(c, throttle.limits()));
            case RungAction.Raise raise -> eligible.forEach(c -> raise(c, raise));
            case RungAction.Kill kill -> kill(eligible, kill);
        }
        return new Choice(scored, spared, orders);
    }

    private void take(Candidate c, Order order) {
        scored.add(new Scored(c.victim(), 0, Scored.UNRANKED, true));
        orders.add(order);
    }

    private void spare(Candidate c, Spared.Reason reason, String why) {
        spared.add(Sparing.spare(c, reason, why));
    }

    private void throttle(Candidate c, Map<LimitFile, LimitValue> wanted) {
        Map<LimitFile, LimitValue> plan = LimitPlan.tighter(c, wanted);
        if (!plan.isEmpty()) {
            take(c, lease(c, LeaseIntent.TIGHTEN, plan));
            return;
        }
        for (LimitFile file : wanted.keySet()) {
            if (c.limit(file).orNull() == null) {
                spare(c, Spared.Reason.UNREADABLE, file.fileName() + ": " + Readings.whyNot(c.limit(file)));
                return;
            }
        }
        spare(c, Spared.Reason.ALREADY_TIGHTER, "its limits are as tight already");
    }

    private void raise(Candidate c, RungAction.Raise raise) {
        Reading<LimitValue> reading = c.limit(raise.file());
        LimitValue present = reading.orNull();
        if (present == null) {
            spare(c, Spared.Reason.UNREADABLE, raise.file().fileName() + ": " + Readings.whyNot(reading));
            return;
        }
        LimitValue next = LimitPlan.raised(present, raise);
        if (next.equals(present)) {
            spare(
                    c,
                    Spared.Reason.AT_CEILING,
                    raise.file().fileName() + " is " + present.kernelText() + ", and may not go higher");
            return;
        }
        take(c, lease(c, LeaseIntent.RAISE, Map.of(raise.file(), next)));
    }

    private static Order lease(Candidate c, LeaseIntent intent, Map<LimitFile, LimitValue> limits) {
        Map<LimitFile, LimitValue> seen = new EnumMap<>(LimitFile.class);
        for (LimitFile file : limits.keySet()) {
            LimitValue present = c.limit(file).orNull();
            if (present != null) {
                seen.put(file, present);
            }
        }
        return new Order.LeaseLimits(c.victim(), intent, limits, seen);
    }

    private void kill(List<Candidate> eligible, RungAction.Kill kill) {
        record Ranked(Candidate candidate, double score, List<ProcessId> processes) {}
        List<Ranked> ranked = new ArrayList<>();
        for (Candidate c : eligible) {
            Reading<Double> reading = Ranking.score(c, kill.rank(), resource, baseline, now);
            Double score = reading.orNull();
            boolean group = kill.scope() == RungAction.Scope.GROUP;
            List<ProcessId> processes = group ? List.of() : Ranking.processes(c, kill.scope());
            if (score == null) {
                spare(c, Spared.Reason.UNREADABLE, Readings.whyNot(reading));
            } else if (!group && processes.isEmpty()) {
                spare(c, Spared.Reason.EMPTY, "it has no process that may be killed");
            } else {
                ranked.add(new Ranked(c, score, processes));
            }
        }
        ranked.sort(Comparator.comparingDouble((Ranked r) -> -r.score()));
        String basis = Ranking.basis(kill.rank(), resource);
        for (Ranked r : ranked) {
            boolean chosen = orders.isEmpty();
            scored.add(new Scored(r.candidate().victim(), r.score(), basis, chosen));
            if (chosen) {
                orders.add(new Order.KillVictim(r.candidate().victim(), kill.scope(), r.processes(), kill.grace()));
            } else {
                spare(r.candidate(), Spared.Reason.RANKED_LOWER, "it ranks lower");
            }
        }
    }
}
