package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import java.time.Instant;
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
    double share;
    long memory = 100;
    int steps;
    PolicyState state;
    Wants wants = Wants.NOTHING;

    private long millis;
    private double totalUsec;

    World(PolicySpec spec) {
        Step first = PolicyEngine.start(new PolicyStart("i", spec, TARGET, TARGET_ID, List.of(), Set.of()), now());
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
        return give(new Input.PressureFired(wants.triggers().iterator().next(), 2_000_000, null));
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
                Reading.known(1000L),
                Reading.known(5L),
                Reading.unknown("not needed"),
                Map.of(Resource.CPU, pressure, Resource.MEMORY, pressure),
                Map.of(LimitFile.MEMORY_MAX, Reading.known(new LimitValue.Amount(200))));
    }

    private void take(Step step) {
        state = step.state();
        wants = step.wants();
        decisions.addAll(step.decisions());
        step.events().forEach(e -> story.add(millis + " " + e.type() + rung(e.decision())));
        for (Step.Orders o : step.orders()) {
            orders.addAll(o.orders());
            give(new Input.Acted(
                    o.decision(), o.orders().stream().map(this::result).toList()));
        }
        SurveyRequest asked = wants.survey();
        if (asked != null) {
            give(new Input.Surveyed(asked.number(), new Survey(guards, candidates, List.of())));
        }
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
            default -> Result.done("done");
        };
    }

    static Candidate candidate(String path, long inode, long memoryBytes, Map<String, String> labels) {
        Pressure none = new Pressure(new PressureStall(0, 0, 0, 0), null);
        CgroupUsage usage = new CgroupUsage(
                Reading.unknown(""),
                Reading.known(new MemoryStat(memoryBytes, -1, -1, -1, -1, -1, -1, -1)),
                Reading.known(new MemoryEvents(0, 0, 0, 0, 0, 0)),
                Reading.unknown(""),
                Reading.known(3L),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.known(none),
                Reading.known(none),
                Reading.known(none));
        return new Candidate(
                new CgroupPath(path),
                new CgroupId(inode),
                labels,
                false,
                false,
                3,
                usage,
                Map.of(LimitFile.CPU_MAX, Reading.known(new LimitValue.CpuUnlimited(100_000))),
                List.of());
    }
}
