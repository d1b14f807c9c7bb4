package io.vigia.supervisor.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state while one input is worked in: made from the old state, turned into the next; never leaves its step. */
final class Turn {
    final Moment now;
    final String instance;
    final Victim target;
    Phase phase;
    private PolicySpec spec;
    private Watch watch;
    private @Nullable List<DetectorReading> readings;

    @Nullable
    Long reliefSinceNanos;

    final Set<LeaseKey> leases;
    final List<Long> kills;
    final List<Decision> open;

    @Nullable
    SurveyRequest request;

    @Nullable
    Baseline baseline;

    private long nextNumber;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<PolicyEvent> events = new ArrayList<>();
    private final List<Step.Orders> orders = new ArrayList<>();

    Turn(PolicyState state, Moment given) {
        // Monotonic by contract; should it ever not be, time stands still rather than runs back.
        now = given.nanos() - state.lastNanos() < 0 ? new Moment(state.lastNanos(), given.wall()) : given;
        instance = state.instance();
        target = new Victim(state.path(), state.id());
        spec = state.spec();
        phase = state.phase();
        watch = state.watch();
        reliefSinceNanos = state.reliefSinceNanos();
        leases = new HashSet<>(state.leases());
        kills = new ArrayList<>(state.kills());
        open = new ArrayList<>(state.open());
        request = state.request();
        baseline = state.baseline();
        nextNumber = state.nextNumber();
    }

    PolicySpec spec() {
        return spec;
    }

    void spec(PolicySpec next) {
        spec = next;
        readings = null;
    }

    Watch watch() {
        return watch;
    }

    void watch(Watch next) {
        watch = next;
        readings = null;
    }

    boolean holds() {
        return Detectors.holds(spec.when(), watch, now);
    }

    long nextNumber() {
        return nextNumber++;
    }

    void ask(RungAction action) {
        request = Chooser.request(nextNumber(), action, spec);
    }

    /** A decision without orders. */
    void tell(Decision.Kind kind, int rung, @Nullable RungAction action, Choice choice, Outcome outcome, String why) {
        Decision decision = decision(kind, rung, action, choice, outcome, why);
        decisions.add(decision);
        events.add(PolicyEvent.of(kind, decision));
    }

    void tell(Decision.Kind kind, String why) {
        tell(kind, -1, null, Choice.NONE, Outcome.NONE, why);
    }

    /** A rung's decision whose orders are to be carried out; its event comes with the outcome. */
    Decision order(int rung, RungAction action, Choice choice, String why) {
        Decision decision = decision(Decision.Kind.ACTED, rung, action, choice, Outcome.PENDING, why);
        submit(decision);
        return decision;
    }

    /** Ends the episode's leases, if there are any, and says why. */
    void giveBack(String why) {
        if (leases.isEmpty()) {
            tell(Decision.Kind.RELIEVED, why);
            return;
        }
        LeaseHolder holder = LeaseHolder.ofPolicy(spec.name(), target.id());
        Choice choice = new Choice(List.of(), List.of(), List.of(new Order.GiveBack(holder)));
        Decision decision = decision(Decision.Kind.RELIEVED, -1, null, choice, Outcome.PENDING, why);
        leases.clear();
        submit(decision);
        events.add(PolicyEvent.of(Decision.Kind.RELIEVED, decision));
    }

    private void submit(Decision decision) {
        open.add(decision);
        decisions.add(decision);
        orders.add(new Step.Orders(decision.id(), LeaseHolder.ofPolicy(spec.name(), target.id()), decision.orders()));
    }

    void settle(Decision decision, Outcome outcome, Decision.@Nullable Kind event) {
        Decision settled = decision.with(outcome);
        open.remove(decision);
        decisions.add(settled);
        if (event != null) {
            events.add(PolicyEvent.of(event, settled));
        }
    }

    /** What the detectors see; made once for all that tell of it. */
    List<DetectorReading> readings() {
        List<DetectorReading> made = readings;
        if (made == null) {
            made = Detectors.readings(spec.when(), watch, now);
            readings = made;
        }
        return made;
    }

    private Decision decision(
            Decision.Kind kind, int rung, @Nullable RungAction action, Choice choice, Outcome outcome, String why) {
        return new Decision(
                instance + "-" + nextNumber(),
                spec.name(),
                target.path(),
                target.id(),
                now.wall(),
                spec.mode(),
                kind,
                rung,
                action,
                readings(),
                choice.candidates(),
                choice.spared(),
                choice.orders(),
                why,
                outcome);
    }

    Step done() {
        PolicyState next = new PolicyState(
                instance,
                spec,
                target.path(),
                target.id(),
                phase,
                watch,
                reliefSinceNanos,
                leases,
                kills,
                open,
                request,
                baseline,
                nextNumber,
                now.nanos());
        return new Step(next, decisions, events, orders, Planner.wants(next, now));
    }
}
