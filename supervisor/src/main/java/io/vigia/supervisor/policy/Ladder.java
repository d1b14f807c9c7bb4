package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.Resource;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** How an episode goes on by itself once facts are known: from firing, rung by rung, to relief and cooldown. */
final class Ladder {
    /** Growth measured over less says little. */
    private static final Duration GROWTH_SPAN = Duration.ofSeconds(1);
    /** A last rung is never tried again sooner, whatever the file says. */
    private static final Duration LEAST_GAP = Duration.ofSeconds(1);
    /** More transitions than the longest chain within one step has; a bound, should one ever go in a circle. */
    private static final int MOST_TRANSITIONS = 64;

    private final Turn turn;

    Ladder(Turn turn) {
        this.turn = turn;
    }

    void advance() {
        for (int i = 0; i < MOST_TRANSITIONS; i++) {
            watchRelief();
            Phase before = turn.phase;
            transition();
            if (turn.phase.equals(before)) {
                return;
            }
        }
    }

    private void watchRelief() {
        boolean active = turn.phase instanceof Phase.Choosing
                || turn.phase instanceof Phase.Measuring
                || turn.phase instanceof Phase.Acting
                || turn.phase instanceof Phase.Waiting
                || turn.phase instanceof Phase.Holding;
        boolean sampling = !(turn.phase instanceof Phase.Holding) || !turn.leases.isEmpty();
        if (!active || !ReliefCheck.seen(turn.spec(), turn.watch(), turn.now, sampling)) {
            turn.reliefSinceNanos = null;
        } else if (turn.reliefSinceNanos == null) {
            turn.reliefSinceNanos = turn.now.nanos();
        }
    }

    private void transition() {
        switch (turn.phase) {
            case Phase.Armed a -> {
                if (turn.holds()) {
                    turn.phase = new Phase.Pending(turn.now.nanos());
                    if (ranksByGrowth() && !turn.spec().forAtLeast().isZero()) {
                        askBaseline();
                    }
                }
            }
            case Phase.Pending(long since) -> pending(since);
            case Phase.Choosing c -> relievedNow();
            case Phase.Measuring(int rung, long until) -> {
                if (!relievedNow() && turn.now.reached(until)) {
                    enter(rung);
                }
            }
            case Phase.Waiting(int rung, long until) -> waiting(rung, until);
            case Phase.Holding(int rung, long again) -> {
                if (!relievedNow() && turn.now.reached(again) && escalates() && repeats(rung)) {
                    enter(rung);
                }
            }
            case Phase.Cooling(long until, boolean told) -> cooling(until, told);
            case Phase.Acting a -> {}
            case Phase.Paused p -> {}
            case Phase.Ended e -> {}
        }
    }

    private void pending(long since) {
        if (!turn.holds()) {
            turn.phase = new Phase.Armed();
            turn.request = null;
            turn.baseline = null;
        } else if (turn.now.reached(since + Spans.nanos(turn.spec().forAtLeast()))) {
            turn.tell(Decision.Kind.FIRED, Sentences.fired(turn));
            enter(0);
        }
    }

    private void waiting(int rung, long until) {
        if (relievedNow() || !turn.now.reached(until)) {
            return;
        }
        if (rung + 1 >= turn.spec().ladder().size()) {
            turn.phase = new Phase.Holding(rung, turn.now.plus(gap(rung)));
        } else if (escalates()) {
            enter(rung + 1);
        }
    }

    private void cooling(long until, boolean told) {
        if (turn.now.reached(until)) {
            turn.phase = new Phase.Armed();
        } else if (!told && turn.holds()) {
            turn.tell(
                    Decision.Kind.SUPPRESSED,
                    "The condition holds again, but the policy cools down for another "
                            + Spans.text(Duration.ofNanos(until - turn.now.nanos())) + ".");
            turn.phase = new Phase.Cooling(until, true);
        }
    }

    /** Between relief and the threshold nothing gets worse: a rung is due only while the condition holds. */
    private boolean escalates() {
        return turn.reliefSinceNanos == null && turn.holds();
    }

    private boolean relievedNow() {
        Long since = turn.reliefSinceNanos;
        if (since == null || !turn.now.reached(since + Spans.nanos(ReliefCheck.howLong(turn.spec())))) {
            return false;
        }
        turn.giveBack(Sentences.relieved(turn));
        endEpisode(new Phase.Cooling(turn.now.plus(turn.spec().cooldown()), false));
        return true;
    }

    void endEpisode(Phase next) {
        turn.phase = next;
        turn.request = null;
        turn.baseline = null;
        turn.reliefSinceNanos = null;
    }

    private void enter(int rung) {
        RungAction action = turn.spec().ladder().get(rung).action();
        if (action instanceof RungAction.Notify(URI webhook)) {
            act(rung, action, new Choice(List.of(), List.of(), List.of(new Order.Post(webhook))));
            return;
        }
        turn.ask(action);
        SurveyRequest asked = turn.request;
        turn.phase = new Phase.Choosing(rung, asked == null ? 0 : asked.number());
    }

    void surveyed(long number, Survey survey) {
        SurveyRequest asked = turn.request;
        if (asked == null || asked.number() != number) {
            return;
        }
        turn.request = null;
        if (!(turn.phase instanceof Phase.Choosing(int rung, long request))) {
            turn.baseline = baseline(survey);
            return;
        }
        RungAction action = turn.spec().ladder().get(rung).action();
        if (action instanceof RungAction.Kill kill
                && kill.rank() == RungAction.Rank.MEMORY_GROWTH
                && !measured(survey, rung)) {
            return;
        }
        Victim target = turn.target;
        Choice choice = new Chooser(target, asked, survey, resource(), turn.baseline, turn.now).choose(action);
        if (choice.orders().isEmpty()) {
            turn.tell(
                    Decision.Kind.SUPPRESSED,
                    rung,
                    action,
                    choice,
                    Outcome.of(Outcome.Status.NO_VICTIM, "nobody to act on", turn.now.wall()),
                    Sentences.noVictim(rung, action, choice));
            turn.phase = new Phase.Waiting(rung, turn.now.nanos());
        } else if (action instanceof RungAction.Kill && !budgetAllows(rung, action, choice, survey)) {
            return;
        } else {
            act(rung, action, choice);
        }
    }

    /** Whether growth can be told by now; if not, waits until it can. */
    private boolean measured(Survey survey, int rung) {
        Baseline base = turn.baseline;
        if (base == null) {
            base = baseline(survey);
            turn.baseline = base;
        }
        long ready = base.nanos() + GROWTH_SPAN.toNanos();
        if (turn.now.reached(ready)) {
            return true;
        }
        turn.phase = new Phase.Measuring(rung, ready);
        return false;
    }

    private boolean budgetAllows(int rung, RungAction action, Choice choice, Survey survey) {
        PolicySpec.Budget budget = turn.spec().budget();
        if (budget == null) {
            return true;
        }
        OptionalLong free = KillBudget.freeAt(budget, turn.kills, survey.otherKills(), turn.now);
        if (free.isEmpty()) {
            return true;
        }
        turn.tell(
                Decision.Kind.SUPPRESSED,
                rung,
                action,
                new Choice(choice.candidates(), choice.spared(), List.of()),
                Outcome.NONE,
                Sentences.overBudget(budget, choice));
        if (rung + 1 < turn.spec().ladder().size()) {
            turn.phase = new Phase.Waiting(rung, turn.now.nanos());
        } else {
            long gap = Spans.nanos(gap(rung));
            long untilFree = free.getAsLong() - turn.now.nanos();
            turn.phase = new Phase.Holding(rung, turn.now.nanos() + Math.max(gap, untilFree));
        }
        return false;
    }

    private void act(int rung, RungAction action, Choice choice) {
        String why = Sentences.acting(turn, rung, action, choice);
        if (action instanceof RungAction.Kill) {
            turn.kills.removeIf(at -> expired(at));
            turn.kills.add(turn.now.nanos());
        }
        if (turn.spec().mode() == PolicySpec.Mode.DRY_RUN) {
            Outcome outcome = Outcome.of(Outcome.Status.WOULD_HAVE, "dry-run: nothing was done", turn.now.wall());
            turn.tell(Decision.Kind.ACTED, rung, action, choice, outcome, why);
            turn.phase = new Phase.Waiting(
                    rung, turn.now.plus(turn.spec().ladder().get(rung).waitFor()));
        } else {
            turn.phase = new Phase.Acting(rung, turn.order(rung, action, choice, why));
        }
    }

    private boolean expired(long killNanos) {
        PolicySpec.Budget budget = turn.spec().budget();
        return budget == null || turn.now.reached(killNanos + Spans.nanos(budget.per()));
    }

    private void askBaseline() {
        turn.spec().ladder().stream()
                .map(PolicySpec.Rung::action)
                .filter(Ladder::byGrowth)
                .findFirst()
                .ifPresent(turn::ask);
    }

    private boolean ranksByGrowth() {
        return turn.spec().ladder().stream().anyMatch(r -> byGrowth(r.action()));
    }

    private static boolean byGrowth(RungAction action) {
        return action instanceof RungAction.Kill kill && kill.rank() == RungAction.Rank.MEMORY_GROWTH;
    }

    private Baseline baseline(Survey survey) {
        Map<CgroupId, Long> memory = new HashMap<>();
        for (Candidate c : survey.candidates()) {
            Long bytes = Readings.memoryBytes(c.usage()).orNull();
            if (bytes != null) {
                memory.put(c.id(), bytes);
            }
        }
        return new Baseline(turn.now.nanos(), memory);
    }

    private Resource resource() {
        return Detectors.leaves(turn.spec().when())
                .filter(Condition.PressureAbove.class::isInstance)
                .map(l -> ((Condition.PressureAbove) l).resource())
                .findFirst()
                .orElse(Resource.MEMORY);
    }

    /** A limit that is set stays set and a message was sent; everything else can bring more when done again. */
    private boolean repeats(int rung) {
        return switch (turn.spec().ladder().get(rung).action()) {
            case RungAction.Notify n -> false;
            case RungAction.Throttle t -> false;
            case RungAction.Reclaim r -> true;
            case RungAction.Raise r -> true;
            case RungAction.Freeze f -> true;
            case RungAction.Kill k -> true;
        };
    }

    private Duration gap(int rung) {
        Duration gap = turn.spec().ladder().get(rung).waitFor();
        gap = gap.compareTo(turn.spec().cooldown()) < 0 ? turn.spec().cooldown() : gap;
        return gap.compareTo(LEAST_GAP) < 0 ? LEAST_GAP : gap;
    }
}
