package io.vigia.supervisor.reaction;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.journal.JsonText;
import io.vigia.supervisor.policy.Candidate;
import io.vigia.supervisor.policy.Guards;
import io.vigia.supervisor.policy.Input;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseIntent;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicyEngine;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.PolicyStart;
import io.vigia.supervisor.policy.Result;
import io.vigia.supervisor.policy.Step;
import io.vigia.supervisor.policy.Survey;
import io.vigia.supervisor.policy.SurveyRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides a made-up case again and again after the start, so that the first real one finds compiled code: the VM interprets
 * what it has seen fewer than some hundred times, and policies act seldom. Some group's files are read, none is written; no event
 * is told.
 */
public final class Rehearsal {
    /** An episode takes 2 ms of CPU at first, 0.5 after 400, and stays below 0.1 after 1,200. */
    private static final int EPISODES = 1_500;

    private static final int READINGS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final AtomicBoolean PLAYED = new AtomicBoolean();

    private static final String POLICY = """
        apiVersion: vigia.io/v1
        kind: Policy
        metadata: {name: rehearsal}
        spec:
          target: {path: /rehearsal/target}
          when: {pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}
          ladder: [{throttle: {victims: {path: /rehearsal/victim}, cpu.max: 50%}}]
          relief: {below: 5%, for: 10s}
        """;

    private static final CgroupPath TARGET = CgroupPath.ofId("rehearsal/target");
    private static final CgroupPath VICTIM = CgroupPath.ofId("rehearsal/victim");

    private final PolicySpec spec = new ConfigGrammar().policy(POLICY);
    private final Survey survey = new Survey(
            new Guards(CgroupPath.ROOT, null, Map.of(), List.of(spec.target().path())), List.of(victim()), List.of());

    /** Once in the life of the VM, on workers. Kernel loop. */
    public static void once(GroupWorkers workers, GroupTable table, Surveys surveys, LimitService limits) {
        if (PLAYED.getAndSet(true)) {
            return;
        }
        workers.submit(Rehearsal::play)
                .onSuccess(decisions -> LOG.debug("rehearsed {} decisions", decisions))
                .onFailure(e -> LOG.warn("decisions could not be rehearsed: {}", e.toString()));
        table.all().stream()
                .filter(entry -> table.children(entry.path).isEmpty())
                .findFirst()
                .ifPresent(leaf -> {
                    surveys.rehearse(leaf, READINGS)
                            .onFailure(e -> LOG.debug("a survey could not be rehearsed: {}", e.toString()));
                    changeNothing(limits, leaf.path, READINGS);
                });
    }

    // All of a change of limits but the change.
    private static void changeNothing(LimitService limits, CgroupPath path, int times) {
        if (times > 0) {
            limits.write(path, Set.of(LimitFile.CPU_MAX), "rehearsal", present -> Map.of())
                    .onSuccess(done -> changeNothing(limits, path, times - 1))
                    .onFailure(e -> LOG.debug("a change of limits could not be rehearsed: {}", e.toString()));
        }
    }

    /** @return how many decisions were made; blocks for a fraction of a second of CPU */
    static int play() {
        Rehearsal rehearsal = new Rehearsal();
        int decisions = 0;
        for (int i = 0; i < EPISODES; i++) {
            decisions += rehearsal.episode(i);
        }
        return decisions;
    }

    private int episode(int number) {
        Moment now = new Moment(System.nanoTime(), Instant.now());
        Step armed = PolicyEngine.start(
                new PolicyStart("rehearsal" + number, spec, TARGET, new CgroupId(1), List.of(), Set.of()), now);
        PressureTrigger trigger = armed.wants().triggers().iterator().next();
        Step fired = PolicyEngine.step(armed.state(), new Input.PressureFired(trigger, trigger.windowUsec()), now);
        int decisions = tell(armed) + tell(fired);
        SurveyRequest asked = fired.wants().survey();
        if (asked == null) {
            return decisions;
        }
        Step acting = PolicyEngine.step(fired.state(), new Input.Surveyed(asked.number(), survey), now);
        decisions += tell(acting);
        for (Step.Orders orders : acting.orders()) {
            lease(orders.holder(), now);
            Step settled = PolicyEngine.step(
                    acting.state(), new Input.Acted(orders.decision(), List.of(Result.done("rehearsed")), null), now);
            decisions += tell(settled);
        }
        return decisions;
    }

    private static int tell(Step step) {
        step.decisions().forEach(decision -> DecisionJson.of(decision).encode());
        step.events().forEach(event -> DecisionJson.brief(event.decision()).encode());
        return step.decisions().size();
    }

    private static void lease(LeaseHolder holder, Moment now) {
        LeaseKey key = new LeaseKey(VICTIM, new CgroupId(2), LimitFile.CPU_MAX.fileName());
        LimitValue half = new LimitValue.CpuQuota(50_000, 100_000);
        LeaseBook taken = LeaseBook.EMPTY
                .take(key, holder, LeaseIntent.TIGHTEN, half, new LimitValue.CpuUnlimited(100_000), null, now)
                .book()
                .confirmed(key, half);
        StringBuilder line = new StringBuilder();
        taken.documentsSince(LeaseBook.EMPTY).values().forEach(map -> JsonText.append(line, map.orElseThrow()));
        taken.giveBack(holder, "rehearsed").book().documentsSince(taken);
    }

    private static Candidate victim() {
        Reading<LimitValue> unlimited = Reading.known(new LimitValue.CpuUnlimited(100_000));
        return new Candidate(
                VICTIM,
                new CgroupId(2),
                Map.of(),
                true,
                false,
                true,
                CgroupUsage.unread(),
                Map.of(LimitFile.CPU_MAX, unlimited),
                List.of());
    }
}
