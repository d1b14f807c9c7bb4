package io.vigia.supervisor.policy;

import java.util.ArrayList;
import java.util.List;

/** A decision as lines for people, for {@code vigia explain}. Pure. */
public final class Explain {
    private Explain() {}

    public static List<String> lines(Decision d) {
        List<String> lines = new ArrayList<>();
        String mode = d.mode() == PolicySpec.Mode.DRY_RUN ? ", dry-run: nothing is done" : "";
        lines.add("Decision " + d.id() + " of policy " + d.policy() + " at " + d.time() + mode);
        lines.add("Target   " + d.target() + " (cgroup " + d.targetId() + ")");
        lines.add("Why      " + d.why());
        RungAction action = d.action();
        if (action != null) {
            lines.add("Rung     " + (d.rung() + 1) + ": " + Sentences.action(action));
        }
        d.readings().forEach(r -> lines.add("Saw      " + Sentences.reading(r)));
        d.candidates()
                .forEach(c -> lines.add(
                        (c.chosen() ? "Chose    " : "Ranked   ") + c.victim().path() + score(c)));
        d.spared().forEach(s -> lines.add("Spared   " + s.victim().path() + ": " + s.why()));
        d.orders().forEach(o -> lines.add("Order    " + order(o)));
        lines.add("Outcome  " + outcome(d.outcome()));
        return List.copyOf(lines);
    }

    private static String score(Scored c) {
        return c.basis().equals(Scored.UNRANKED) ? "" : " with " + Math.round(c.score()) + " (" + c.basis() + ")";
    }

    static String order(Order order) {
        return switch (order) {
            case Order.Post(var webhook) -> webhook == null ? "log" : "log and post to the webhook";
            case Order.ReclaimBytes(var v, long bytes) -> "reclaim " + bytes + " bytes from " + v.path();
            case Order.LeaseLimits(var v, var intent, var limits, var seen) ->
                Sentences.lower(intent) + " " + v.path() + ": " + Sentences.limits(limits);
            case Order.FreezeGroup(var v, var atMost) -> "freeze " + v.path() + " for at most " + Spans.text(atMost);
            case Order.KillVictim(var v, var scope, var processes, var grace) ->
                "kill " + v.path() + ", " + Sentences.lower(scope)
                        + (processes.isEmpty()
                                ? ""
                                : ", pids "
                                        + processes.stream().map(p -> p.pid()).toList())
                        + ", TERM and after " + Spans.text(grace) + " KILL";
            case Order.GiveBack(var holder) -> "give back the leases of " + holder.by();
        };
    }

    private static String outcome(Outcome outcome) {
        String detail = outcome.detail().isEmpty() ? "" : ": " + outcome.detail();
        return switch (outcome.status()) {
            case NONE -> "nothing was to be done" + detail;
            case PENDING -> "not known yet" + detail;
            case DONE -> "done" + detail;
            case WOULD_HAVE -> "would have been done" + detail;
            case NO_VICTIM -> "no victim" + detail;
            case REFUSED -> "refused" + detail;
            case FAILED -> "failed" + detail;
        };
    }
}
