package io.vigia.supervisor.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** From the results of orders to what becomes of a decision and of its rung. */
final class Outcomes {
    private Outcomes() {}

    static void settle(Turn turn, Input.Acted acted) {
        String id = acted.decision();
        Decision decision =
                turn.open.stream().filter(d -> d.id().equals(id)).findFirst().orElse(null);
        if (decision == null) {
            return;
        }
        List<Result> results = complete(acted.results(), decision.orders().size());
        Outcome.Status status = status(results);
        String detail =
                results.stream().map(Result::detail).filter(d -> !d.isEmpty()).collect(Collectors.joining("; "));
        Outcome outcome = new Outcome(status, detail, results, turn.now.wall(), acted.reaction());
        turn.settle(decision, outcome, event(decision, status));
        boolean current = turn.phase instanceof Phase.Acting(int rung, Decision acting)
                && acting.id().equals(id);
        List<LeaseKey> taken =
                results.stream().flatMap(r -> r.leases().stream()).toList();
        turn.leases.addAll(taken);
        if (current) {
            boolean done = status == Outcome.Status.DONE;
            PolicySpec.Rung rung = turn.spec().ladder().get(decision.rung());
            // What had no effect is not worth waiting for.
            turn.phase = new Phase.Waiting(decision.rung(), done ? turn.now.plus(rung.waitFor()) : turn.now.nanos());
        } else if (!taken.isEmpty()) {
            turn.giveBack(
                    "What was still under way when the policy stopped is undone" + Sentences.leases(taken.size()));
        }
    }

    private static Decision.@org.jspecify.annotations.Nullable Kind event(Decision decision, Outcome.Status status) {
        boolean failed = status == Outcome.Status.FAILED || status == Outcome.Status.REFUSED;
        if (failed) {
            return Decision.Kind.FAILED;
        }
        if (decision.kind() != Decision.Kind.ACTED) {
            return null;
        }
        return status == Outcome.Status.NO_VICTIM ? Decision.Kind.SUPPRESSED : Decision.Kind.ACTED;
    }

    private static List<Result> complete(List<Result> given, int orders) {
        List<Result> results = new ArrayList<>(given.subList(0, Math.min(given.size(), orders)));
        while (results.size() < orders) {
            results.add(new Result(Result.Status.FAILED, "no result was reported", List.of()));
        }
        return results;
    }

    private static Outcome.Status status(List<Result> results) {
        Outcome.Status worst = Outcome.Status.NO_VICTIM;
        for (Result r : results) {
            switch (r.status()) {
                case DONE -> {
                    return Outcome.Status.DONE;
                }
                case FAILED -> worst = Outcome.Status.FAILED;
                case REFUSED -> worst = worst == Outcome.Status.FAILED ? worst : Outcome.Status.REFUSED;
                case GONE -> {}
            }
        }
        return worst;
    }
}
