package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Why, in plain English. */
final class Sentences {
    private Sentences() {}

    static String fired(Turn turn) {
        String held = turn.spec().forAtLeast().isZero()
                ? ""
                : " for " + Spans.text(turn.spec().forAtLeast());
        return "The condition of " + turn.spec().name() + " holds on " + turn.target.path() + held + ": "
                + readings(turn.readings()) + ".";
    }

    static String relieved(Turn turn) {
        PolicySpec.Relief relief = turn.spec().relief();
        String how = relief == null
                ? "the condition no longer holds"
                : "it stayed below " + percent(relief.below()) + " for " + Spans.text(relief.forAtLeast());
        return "Relief on " + turn.target.path() + ": " + how + leases(turn.leases.size());
    }

    static String leases(int count) {
        return switch (count) {
            case 0 -> "; no lease is out.";
            case 1 -> "; the lease is given back.";
            default -> "; " + count + " leases are given back.";
        };
    }

    static String acting(Turn turn, int rung, RungAction action, Choice choice) {
        String verb = turn.spec().mode() == PolicySpec.Mode.DRY_RUN ? "would " : "";
        String before = rung == 0 ? "" : ", because the rungs before brought no relief";
        return "Rung " + (rung + 1) + " of " + turn.spec().ladder().size() + ": " + verb + action(action)
                + aimed(action, choice) + before + ".";
    }

    static String noVictim(int rung, RungAction action, Choice choice) {
        String all = choice.spared().isEmpty()
                ? "no group matches"
                : choice.spared().size() + " considered, all spared (" + reasons(choice.spared()) + ")";
        return "Rung " + (rung + 1) + " (" + action(action) + ") found nobody to act on: " + all + ".";
    }

    static String overBudget(PolicySpec.Budget budget, Choice choice) {
        return "No kill"
                + choice.candidates().stream()
                        .filter(Scored::chosen)
                        .map(s -> " of " + s.victim().path())
                        .findFirst()
                        .orElse("")
                + ": the budget of " + budget.kills() + " in " + Spans.text(budget.per()) + " is used up.";
    }

    static String action(RungAction action) {
        return switch (action) {
            case RungAction.Notify(URI webhook) -> webhook == null ? "log" : "log and post to the webhook";
            case RungAction.Reclaim r -> "reclaim " + Sizes.text(r.amountBytes());
            case RungAction.Raise r -> "raise " + r.file().fileName();
            case RungAction.Throttle t -> "throttle to " + limits(t.limits());
            case RungAction.Freeze f -> "freeze for at most " + Spans.text(f.atMost());
            case RungAction.Kill k -> "kill the " + lower(k.scope()) + " that ranks highest by " + lower(k.rank());
        };
    }

    private static String aimed(RungAction action, Choice choice) {
        if (action instanceof RungAction.Notify) {
            return "";
        }
        List<String> names = choice.candidates().stream()
                .filter(Scored::chosen)
                .map(s -> s.victim().path().text())
                .toList();
        int more = names.size() - 3;
        return ": " + String.join(", ", names.subList(0, Math.min(3, names.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    static String readings(List<DetectorReading> readings) {
        return readings.stream().map(Sentences::reading).collect(Collectors.joining("; "));
    }

    static String reading(DetectorReading reading) {
        Double value = reading.value().orNull();
        String seen = value == null ? Readings.whyNot(reading.value()) : quantity(value, reading.unit());
        String limit = quantity(reading.threshold(), reading.unit());
        return reading.detector() + ": " + seen
                + (reading.holds() ? " (holds, threshold " : " (does not hold, threshold ") + limit + ")";
    }

    static String limits(Map<LimitFile, LimitValue> limits) {
        return limits.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey().fileName() + "=" + Sizes.text(e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String reasons(List<Spared> spared) {
        return spared.stream().map(s -> lower(s.reason())).distinct().sorted().collect(Collectors.joining(", "));
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String quantity(double value, DetectorReading.Unit unit) {
        return unit == DetectorReading.Unit.COUNT ? String.valueOf(Math.round(value)) : percent(value);
    }

    static String percent(double share) {
        return Spans.tenths(share * 100) + "%";
    }
}
