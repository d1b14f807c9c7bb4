package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** A target under a policy with an injected clock: keeps the one timer, answers surveys and orders at once, notes what was published. */
final class World {
    static final CgroupPath TARGET = new CgroupPath("/web");
    static final CgroupId TARGET_ID = new CgroupId(7);
    private static final long MILLI = 1_000_000;

    final List<String> story = new ArrayList<>();
    final List<Decision> decisions = new ArrayList<>();
    final List<Order> orders = new ArrayList<>();
    final List<Candidate> candidates = new ArrayList<>();
    Guards guards = new Guards(new CgroupPath("/vigia-self"), null, Map.of(), List.of(Glob.ofPath("/**")));
    Result.Status answer = Result.Status.DONE;
    /** Otherwise the order waits until {@link #acted()}. */
    boolean answersAtOnce = true;
    /** Otherwise the survey waits until {@link #surveyed()}. */
    boolean surveysAtOnce = true;

    double share;
    long memory = 100;
    long hostMemory = 1000;
    long pids = 5;
    Reading<MemoryEvents> memoryEvents = Reading.unknown("not needed");
    final List<Long> otherKills = new ArrayList<>();
    int steps;
    PolicyState state;
    Wants wants = Wants.NOTHING;

    private final ArrayDeque<Step.Orders> waiting = new ArrayDeque<>();
    private long millis;
    private double totalUsec;

    World(PolicySpec spec) {
        this(new PolicyStart("i", spec, TARGET, TARGET_ID, List.of(), Set.of()));
    }

    World(PolicyStart start) {
        Step first = PolicyEngine.start(start, now());
        state = first.state();
        take(first);
    }

    Moment now() {
        return new Moment(millis * MILLI - 5_000_000_000L, Instant.EPOCH.plusMillis(millis));
    }

    World pressure(double stalledShare) {
        share = stalledShare;
        return this;
    }

    /** The kernel's trigger fires now. */
    World fire() {
        return give(new Input.PressureFired(wants.triggers().iterator().next(), 2_000_000));
    }

    World give(Input input) {
        steps++;
        take(PolicyEngine.step(state, input, now()));
        return this;
    }

    /** Lets time pass, serving the timer; while the pressure is at least a tenth, the trigger fires every two seconds. */
    World until(long endMillis) {
        while (millis < endMillis) {
            long next = endMillis;
            OptionalLong due = wants.deadlineNanos();
            if (due.isPresent()) {
                next = Math.min(next, millis + Math.max(1, (due.getAsLong() - now().nanos() + MILLI - 1) / MILLI));
            }
            next = Math.min(next, (millis / 2000 + 1) * 2000);
            totalUsec += share * (next - millis) * 1000;
            millis = next;
            if (millis % 2000 == 0 && share >= 0.1 && !wants.triggers().isEmpty()) {
                fire();
            }
            if (wants.deadlineNanos().isPresent()
                    && now().reached(wants.deadlineNanos().getAsLong())) {
                give(wants.samples().isEmpty() ? new Input.Tick() : new Input.Sampled(sample()));
            }
        }
        return this;
    }

    Sample sample() {
        Reading<Pressure> pressure = Reading.known(new Pressure(
                new PressureStall(0, 0, 0, (long) totalUsec), new PressureStall(0, 0, 0, (long) totalUsec)));
        return new Sample(
                Reading.known(memory),
                Reading.known(hostMemory),
                Reading.known(pids),
                memoryEvents,
                Map.of(Resource.CPU, pressure, Resource.MEMORY, pressure),
                Map.of(
                        LimitFile.MEMORY_MAX,
                        Reading.known(new LimitValue.Amount(200)),
                        LimitFile.PIDS_MAX,
                        Reading.known(new LimitValue.Amount(10))));
    }

    private void take(Step step) {
        state = step.state();
        wants = step.wants();
        decisions.addAll(step.decisions());
        step.events().forEach(e -> story.add(millis + " " + e.type() + rung(e.decision())));
        for (Step.Orders o : step.orders()) {
            orders.addAll(o.orders());
            waiting.add(o);
        }
        if (answersAtOnce) {
            acted();
        }
        if (surveysAtOnce) {
            surveyed();
        }
    }

    /** Answers all orders that wait. */
    World acted() {
        while (!waiting.isEmpty()) {
            Step.Orders next = waiting.removeFirst();
            give(new Input.Acted(
                    next.decision(), next.orders().stream().map(this::result).toList(), null));
        }
        return this;
    }

    /** Answers the survey that is asked for, if one is. */
    World surveyed() {
        SurveyRequest asked = wants.survey();
        if (asked != null) {
            give(new Input.Surveyed(asked.number(), new Survey(guards, List.copyOf(candidates), otherKills)));
        }
        return this;
    }

    /** {@code memory.events} was read again: {@code oom} and {@code max} since the group was made. */
    World memoryEvents(long max, long oom) {
        return give(new Input.MemoryEventsChanged(new MemoryEvents(0, 0, max, oom, oom, 0)));
    }

    /** The last decision of this kind. */
    Decision last(Decision.Kind kind) {
        return decisions.stream()
                .filter(d -> d.kind() == kind)
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no decision of kind " + kind + " in " + story));
    }

    List<Order.KillVictim> kills() {
        return orders.stream()
                .filter(Order.KillVictim.class::isInstance)
                .map(Order.KillVictim.class::cast)
                .toList();
    }

    private static String rung(Decision d) {
        return d.rung() < 0 ? "" : " " + (d.rung() + 1);
    }

    private Result result(Order order) {
        if (answer != Result.Status.DONE) {
            return new Result(answer, "refused by the test", List.of());
        }
        return switch (order) {
            case Order.LeaseLimits l ->
                new Result(
                        answer,
                        "set",
                        l.limits().keySet().stream()
                                .map(f -> new LeaseKey(
                                        l.victim().path(), l.victim().id(), f.fileName()))
                                .toList());
            case Order.FreezeGroup f ->
                new Result(
                        answer,
                        "frozen",
                        List.of(new LeaseKey(f.victim().path(), f.victim().id(), LeaseKey.FREEZE)));
            default -> Result.done("done");
        };
    }

    static Candidate candidate(String path, long inode, long memoryBytes, Map<String, String> labels) {
        return new Candidates(path, inode).memory(memoryBytes).labels(labels).made();
    }
}
