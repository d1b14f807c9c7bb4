package io.vigia.supervisor.reaction;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Input;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicyEngine;
import io.vigia.supervisor.policy.PolicyEvent;
import io.vigia.supervisor.policy.PolicyStart;
import io.vigia.supervisor.policy.PolicyState;
import io.vigia.supervisor.policy.Sample;
import io.vigia.supervisor.policy.Step;
import io.vigia.supervisor.policy.Wants;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drives one policy on one group: feeds the pure engine, carries out what it answers, arranges what it wants. One timer,
 * no polling. Kernel-loop thread only.
 */
final class PolicyRunner {
    /** A fork bomb is refused a hundred times a second and more, and the first look has seen it. */
    private static final long LOOKS_APART_NANOS = 100_000_000;

    private final KernelLoop loop;
    private final Shell shell;
    private PolicyState state;
    private Wants wants = Wants.NOTHING;
    private KernelLoop.@Nullable Timer timer;
    private List<Long> keptKills;
    private final Set<PressureTrigger> armed = new HashSet<>();
    private long askedSurvey = -1;
    private long causeNanos;
    private long lookedNanos;
    private boolean carryingOut;
    private final Queue<Runnable> later = new ArrayDeque<>();

    PolicyRunner(KernelLoop loop, Shell shell, PolicyStart start) {
        this.loop = loop;
        this.shell = shell;
        loop.requireInLoop();
        Moment now = shell.now();
        this.lookedNanos = now.nanos() - LOOKS_APART_NANOS;
        Step first = PolicyEngine.start(start, now);
        this.state = first.state();
        this.keptKills = state.kills();
        carryOut(first);
    }

    /** What a runner needs of the world. Kernel loop; every answer comes later, as an input. */
    interface Shell {
        Moment now();

        void record(Decision decision);

        void publish(PolicyEvent event);

        /** Its kills are others than before; told before their orders are. */
        void keepKills(PolicyRunner runner);

        /** @param causeNanos when the kernel said what led to this; 0: a timer, a relief or somebody else did */
        void execute(PolicyRunner runner, Step.Orders orders, long causeNanos);

        void arm(PolicyRunner runner, PressureTrigger trigger);

        void disarm(PolicyRunner runner, PressureTrigger trigger);

        /** @param causeNanos when the kernel said what it is for; 0: its time has come */
        void sample(PolicyRunner runner, Set<Sample.Part> parts, long causeNanos);

        void survey(PolicyRunner runner);

        /** Nothing more will come of it; perhaps told again. */
        void finished(PolicyRunner runner);
    }

    PolicyState state() {
        return state;
    }

    Wants wants() {
        return wants;
    }

    /** Its name, which an edit leaves. */
    String policy() {
        return state.spec().name();
    }

    CgroupPath path() {
        return state.path();
    }

    CgroupId id() {
        return state.id();
    }

    /** @param nanos when the kernel said it, or now */
    void accept(Input input, long nanos) {
        boolean kernel = input instanceof Input.PressureFired || input instanceof Input.MemoryEventsChanged;
        acceptFor(input, kernel ? nanos : 0);
    }

    /** @param causeNanos as it was asked for */
    void sampled(Sample sample, long causeNanos) {
        acceptFor(new Input.Sampled(sample), causeNanos);
    }

    /** The group has as many processes as it may: one that watches their number need not wait for its next look. */
    void forksRefused(long nanos) {
        loop.requireInLoop();
        long now = shell.now().nanos();
        if (wants.samples().contains(Sample.Part.PIDS) && now - lookedNanos >= LOOKS_APART_NANOS) {
            lookedNanos = now;
            shell.sample(this, wants.samples(), nanos);
        }
    }

    private void acceptFor(Input input, long cause) {
        loop.requireInLoop();
        if (carryingOut) {
            later.add(() -> acceptFor(input, cause));
            return;
        }
        // A survey under way belongs to what asked for it.
        if (wants.survey() == null) {
            causeNanos = cause;
        }
        Step step = PolicyEngine.step(state, input, shell.now());
        state = step.state();
        carryOut(step);
    }

    /** What is answered at once comes after the step that asked. */
    private void carryOut(Step step) {
        carryingOut = true;
        try {
            startAndTell(step);
        } finally {
            carryingOut = false;
        }
        Runnable next = later.poll();
        if (next != null) {
            next.run();
        } else if (state.finished()) {
            shell.finished(this);
        }
    }

    private void startAndTell(Step step) {
        if (!state.kills().equals(keptKills)) {
            keptKills = state.kills();
            shell.keepKills(this);
        }
        wants = step.wants();
        // Later, so that surveys and orders do not wait for it. What becomes of them is told in turns of this loop that
        // come after, so that the decision is still told first.
        if (!step.decisions().isEmpty() || !step.events().isEmpty()) {
            loop.execute(() -> tell(step));
        }
        if (wants.survey() != null && wants.survey().number() != askedSurvey) {
            askedSurvey = wants.survey().number();
            shell.survey(this);
        }
        long cause = causeNanos;
        step.orders().forEach(orders -> shell.execute(this, orders, cause));
        // What was answered meanwhile leads to other wants, at once.
        if (later.isEmpty()) {
            arrangeTriggers();
            arrangeTimer();
        }
    }

    private void tell(Step step) {
        step.decisions().forEach(shell::record);
        step.events().forEach(shell::publish);
    }

    private void arrangeTriggers() {
        for (PressureTrigger trigger : Set.copyOf(armed)) {
            if (!wants.triggers().contains(trigger)) {
                armed.remove(trigger);
                shell.disarm(this, trigger);
            }
        }
        for (PressureTrigger trigger : wants.triggers()) {
            if (armed.add(trigger)) {
                shell.arm(this, trigger);
            }
        }
    }

    private void arrangeTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (wants.deadlineNanos().isPresent()) {
            long nanos = wants.deadlineNanos().getAsLong() - shell.now().nanos();
            timer = loop.schedule(Math.max(1, (nanos + 999_999) / 1_000_000), this::due);
        }
    }

    private void due() {
        timer = null;
        if (wants.samples().isEmpty()) {
            accept(new Input.Tick(), System.nanoTime());
        } else {
            shell.sample(this, wants.samples(), 0);
        }
    }

    /** For {@code GET}. */
    JsonObject json() {
        return new JsonObject()
                .put("group", state.path().id())
                .put("phase", state.phase().apiName())
                .put("leases", state.leases().size());
    }
}
