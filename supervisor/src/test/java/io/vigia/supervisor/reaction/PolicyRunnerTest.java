package io.vigia.supervisor.reaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.policy.Candidate;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Guards;
import io.vigia.supervisor.policy.Input;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Order;
import io.vigia.supervisor.policy.PolicyEvent;
import io.vigia.supervisor.policy.PolicyStart;
import io.vigia.supervisor.policy.Result;
import io.vigia.supervisor.policy.Sample;
import io.vigia.supervisor.policy.Step;
import io.vigia.supervisor.policy.Survey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** In which order a runner starts what was decided and tells of it. */
class PolicyRunnerTest {
    private static final String THROTTLE = "{throttle: {victims: {path: /batch}, cpu.max: 50%}}";
    private static final long CAUSE = 77;

    private final List<String> calls = new ArrayList<>();
    private final Recorder shell = new Recorder();
    private final IdleLoop loop = new IdleLoop();

    @Test
    void surveysBeforeItTells() {
        PolicyRunner runner = runner(THROTTLE);
        fire(runner);
        assertThat(calls).containsExactly("survey", "record fired", "publish policy.fired");
    }

    @Test
    void actsBeforeItTells() {
        PolicyRunner runner = runner(THROTTLE);
        fire(runner);
        answer(runner);
        assertThat(calls).containsExactly("execute because of " + CAUSE, "record acted");
    }

    @Test
    void takesAnAnswerThatComesAtOnceAfterTheStep() {
        shell.answersAtOnce = true;
        PolicyRunner runner = runner(THROTTLE);
        fire(runner);
        answer(runner);
        assertThat(calls)
                .containsExactly("execute because of " + CAUSE, "record acted", "record acted", "publish policy.acted");
        assertThat(runner.state().open()).isEmpty();
    }

    @Test
    void actsWithinTheTurnInWhichTheSurveyIsAnswered() {
        shell.surveysAtOnce = true;
        PolicyRunner runner = runner(THROTTLE);
        PressureTrigger trigger = runner.wants().triggers().iterator().next();
        runner.accept(new Input.PressureFired(trigger, trigger.windowUsec()), CAUSE);
        assertThat(calls).containsExactly("survey", "execute because of " + CAUSE);
        loop.turn();
        assertThat(calls.subList(2, calls.size()))
                .containsExactly("record fired", "publish policy.fired", "record acted");
    }

    @Test
    void namesNoCauseForWhatNoWordOfTheKernelLedTo() {
        PolicyRunner runner = runner(THROTTLE);
        fire(runner);
        answer(runner);
        runner.accept(new Input.Acted(runner.state().open().get(0).id(), List.of(done(runner)), null), CAUSE + 1);
        calls.clear();
        runner.accept(new Input.Removed("deleted"), CAUSE + 2);
        assertThat(calls).contains("execute because of 0");
    }

    private static Result done(PolicyRunner runner) {
        var order = (Order.LeaseLimits) runner.state().open().get(0).orders().get(0);
        return new Result(
                Result.Status.DONE,
                "",
                List.of(new LeaseKey(order.victim().path(), order.victim().id(), LimitFile.CPU_MAX.fileName())));
    }

    @Test
    void tellsThatItHasFinishedWhateverWasTheLast() {
        PolicyRunner idle = runner(THROTTLE);
        idle.accept(new Input.TargetGone(), CAUSE);
        assertThat(calls).as("at once where nothing is under way").contains("finished");

        PolicyRunner acting = runner(THROTTLE);
        fire(acting);
        answer(acting);
        acting.accept(new Input.Removed("deleted"), CAUSE);
        assertThat(calls).as("an order's outcome is still to come").doesNotContain("finished");
        acting.accept(new Input.Acted(acting.state().open().get(0).id(), List.of(Result.done("")), null), CAUSE);
        assertThat(calls).contains("finished");
    }

    @Test
    void looksAtOnceWhenAForkWasRefusedIfItCountsProcesses() {
        PolicyRunner counting = runner("{pids: {above: 90%}}", THROTTLE);
        counting.forksRefused(CAUSE);
        counting.forksRefused(CAUSE);
        assertThat(calls).as("once for many refused at one moment").containsExactly("sample because of " + CAUSE);
        calls.clear();
        runner(THROTTLE).forksRefused(CAUSE);
        assertThat(calls).isEmpty();
    }

    @Test
    void actsBecauseOfTheRefusedFork() {
        PolicyRunner runner = runner("{pids: {above: 90%}}", THROTTLE);
        runner.forksRefused(CAUSE);
        runner.sampled(full(), CAUSE);
        answer(runner);
        assertThat(calls).contains("execute because of " + CAUSE);
    }

    private static Sample full() {
        return new Sample(
                Reading.unknown("not read"),
                Reading.unknown("not read"),
                Reading.known(10L),
                Reading.unknown("not read"),
                Map.of(),
                Map.of(LimitFile.PIDS_MAX, Reading.known(new LimitValue.Amount(10))));
    }

    private PolicyRunner runner(String rung) {
        return runner("{pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}", rung);
    }

    private PolicyRunner runner(String when, String rung) {
        PolicyStart start = new PolicyStart(
                "i",
                new ConfigGrammar().policy(String.format(Locale.ROOT, """
                    apiVersion: vigia.io/v1
                    kind: Policy
                    metadata: {name: p}
                    spec:
                      target: {path: /web}
                      when: %s
                      ladder: [%s]
                      relief: {below: 5%%, for: 10s}
                    """, when, rung)),
                new CgroupPath("/web"),
                new CgroupId(1),
                List.of(),
                Set.of());
        PolicyRunner runner = new PolicyRunner(loop, shell, start);
        loop.turn();
        calls.clear();
        return runner;
    }

    private void fire(PolicyRunner runner) {
        PressureTrigger trigger = runner.wants().triggers().iterator().next();
        runner.accept(new Input.PressureFired(trigger, trigger.windowUsec()), CAUSE);
        loop.turn();
    }

    private void answer(PolicyRunner runner) {
        calls.clear();
        surveyed(runner);
        loop.turn();
    }

    private static void surveyed(PolicyRunner runner) {
        Candidate batch = new Candidate(
                new CgroupPath("/batch"),
                new CgroupId(2),
                Map.of(),
                true,
                false,
                true,
                CgroupUsage.unread(),
                Map.of(LimitFile.CPU_MAX, Reading.known(new LimitValue.CpuUnlimited(100_000))),
                List.of());
        Survey survey = new Survey(new Guards(CgroupPath.ROOT, null, Map.of(), List.of()), List.of(batch), List.of());
        runner.accept(
                new Input.Surveyed(
                        Objects.requireNonNull(runner.wants().survey()).number(), survey),
                CAUSE + 1);
    }

    private final class Recorder implements PolicyRunner.Shell {
        private boolean answersAtOnce;
        private boolean surveysAtOnce;

        @Override
        public Moment now() {
            return new Moment(1_000_000_000L, Instant.EPOCH);
        }

        @Override
        public void record(Decision decision) {
            calls.add("record " + decision.kind().name().toLowerCase(Locale.ROOT));
        }

        @Override
        public void publish(PolicyEvent event) {
            calls.add("publish " + event.type());
        }

        @Override
        public void keepKills(PolicyRunner of) {
            calls.add("keepKills");
        }

        @Override
        public void execute(PolicyRunner of, Step.Orders orders, long causeNanos) {
            calls.add("execute because of " + causeNanos);
            if (answersAtOnce) {
                of.accept(new Input.Acted(orders.decision(), List.of(Result.done("")), null), causeNanos);
            }
        }

        @Override
        public void finished(PolicyRunner of) {
            calls.add("finished");
        }

        @Override
        public void arm(PolicyRunner of, PressureTrigger trigger) {
            calls.add("arm");
        }

        @Override
        public void disarm(PolicyRunner of, PressureTrigger trigger) {
            calls.add("disarm");
        }

        @Override
        public void sample(PolicyRunner of, Set<Sample.Part> parts, long causeNanos) {
            calls.add("sample because of " + causeNanos);
        }

        @Override
        public void survey(PolicyRunner of) {
            calls.add("survey");
            if (surveysAtOnce) {
                surveyed(of);
            }
        }
    }

    /** Always inside; nothing comes due, and what is handed over runs when it is told to. */
    private static final class IdleLoop implements KernelLoop {
        private final Queue<Runnable> later = new ArrayDeque<>();

        void turn() {
            for (Runnable task = later.poll(); task != null; task = later.poll()) {
                task.run();
            }
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            later.add(task);
        }

        @Override
        public Registration register(Fd fd, int interest, FdHandler handler) {
            throw new AssertionError("nothing is to be registered");
        }

        @Override
        public Timer schedule(long millis, Runnable task) {
            return () -> {};
        }
    }
}
