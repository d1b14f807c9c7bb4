package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.LabelledGroups;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Input;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Phase;
import io.vigia.supervisor.policy.PolicyEvent;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.PolicyStart;
import io.vigia.supervisor.policy.Sample;
import io.vigia.supervisor.policy.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All policies on all groups: which runner hears what, and what becomes of what they decide. Kernel-loop thread only. */
public final class Policies implements PolicyRunner.Shell {
    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);

    private final KernelLoop loop;
    private final GroupTable table;
    private final LabelledGroups labelled;
    private final Surveys surveys;
    private final OrderExecutor executor;
    private final Leases leases;
    private final PressureTriggers triggers;
    private final Store store;
    private final KillHistory kills;
    private final EventLog events;
    private final Telemetry telemetry;
    private final Runnable rehearsal;
    private final Supplier<Moment> now;
    private final String boot;
    private final TreeMap<String, PolicySpec> specs = new TreeMap<>();
    private final Runners runners;
    private long instances;

    public Policies(Wiring wiring, Supplier<Moment> now, String boot) {
        this.loop = wiring.loop;
        this.runners = new Runners(loop);
        this.table = wiring.table;
        this.labelled = wiring.labelled;
        this.surveys = wiring.surveys;
        this.executor = wiring.executor;
        this.leases = wiring.leases;
        this.triggers = wiring.triggers;
        this.store = wiring.store;
        this.kills = wiring.kills;
        this.events = wiring.events;
        this.telemetry = wiring.telemetry;
        this.rehearsal = wiring.rehearsal;
        this.now = now;
        this.boot = boot;
    }

    /**
     * What it is put together from.
     *
     * @param rehearsal run with each policy that is put to work; must only hand over
     */
    public record Wiring(
            KernelLoop loop,
            GroupTable table,
            LabelledGroups labelled,
            Surveys surveys,
            OrderExecutor executor,
            Leases leases,
            PressureTriggers triggers,
            Store store,
            KillHistory kills,
            EventLog events,
            Telemetry telemetry,
            Runnable rehearsal) {}

    /** Puts a policy to work, or edits it; kept over a restart. */
    public Future<Void> apply(PolicySpec spec) {
        loop.requireInLoop();
        return store.put(Store.Table.POLICIES, spec.name(), new JsonObject().put("text", spec.text()))
                .onSuccess(saved -> use(spec));
    }

    /** The same without keeping it: it comes from a file, or from the store itself. */
    public void use(PolicySpec spec) {
        loop.requireInLoop();
        rehearsal.run();
        specs.put(spec.name(), spec);
        telemetry.policyAdded(spec.name());
        for (GroupEntry entry : List.copyOf(table.all())) {
            match(spec, entry);
        }
    }

    /** Ends it; its leases are given back. Completes when that is on disk. */
    public Future<Void> delete(String name) {
        loop.requireInLoop();
        drop(name);
        return store.delete(Store.Table.POLICIES, name);
    }

    /** Takes it out of work: what it leased is given back. */
    public void drop(String name) {
        loop.requireInLoop();
        specs.remove(name);
        telemetry.policyRemoved(name);
        runners.of(name)
                .forEach(runner -> runner.accept(new Input.Removed("the policy was deleted"), System.nanoTime()));
    }

    Set<String> names() {
        return Set.copyOf(specs.keySet());
    }

    /**
     * After a restart, when every policy and group is there, those of files too: what an earlier vigia leased or killed for
     * others is nobody's any more.
     */
    public void endInheritance() {
        loop.requireInLoop();
        kills.forgetWhatNobodyTook();
        for (LeaseHolder holder : leases.holders()) {
            if (holder.target() != null && runners.of(holder) == null) {
                leases.giveBack(holder)
                        .onSuccess(done -> LOG.info("gave back what {} had leased before the restart", holder.by()))
                        .onFailure(e -> LOG.error("cannot give back leases of {}: {}", holder.by(), e.toString()));
            }
        }
    }

    /** Policies that name it are put to work on it. */
    public void groupAppeared(GroupEntry entry) {
        loop.requireInLoop();
        specs.values().forEach(spec -> match(spec, entry));
    }

    /** Ends what works on it. */
    public void groupRemoved(GroupEntry entry) {
        loop.requireInLoop();
        runners.of(entry.id).forEach(runner -> runner.accept(new Input.TargetGone(), System.nanoTime()));
    }

    /** Counters of {@code memory.events} moved; {@code nanos} is when the kernel said so. */
    public void memoryEvents(GroupEntry entry, MemoryEvents tree, long nanos) {
        runners.of(entry.id).forEach(runner -> runner.accept(new Input.MemoryEventsChanged(tree), nanos));
    }

    /** A fork in it was refused: who watches how many processes it has looks at once. {@code nanos} is when the kernel said so. */
    public void forksRefused(GroupEntry entry, long nanos) {
        runners.of(entry.id).forEach(runner -> runner.forksRefused(nanos));
    }

    /** Whether a policy acts on counts of {@code memory.events} of this group. */
    public boolean actOnMemoryEvents(GroupEntry entry) {
        loop.requireInLoop();
        return runners.of(entry.id).stream().anyMatch(runner -> runner.state().countsMemoryEvents());
    }

    /** @param armedWindowUsec longer than asked for where the kernel wants multiples of 2 s */
    void pressureCrossed(KernelEvent.PressureCrossed event, long armedWindowUsec) {
        PressureTrigger wanted = event.trigger();
        for (PolicyRunner runner : runners.of(event.id())) {
            if (runner.wants().triggers().contains(wanted)) {
                runner.accept(new Input.PressureFired(wanted, armedWindowUsec), event.nanos());
            }
        }
    }

    void triggerUnavailable(CgroupId group, PressureTrigger wanted, String why) {
        for (PolicyRunner runner : runners.of(group)) {
            if (runner.wants().triggers().contains(wanted)) {
                runner.accept(new Input.TriggerUnavailable(wanted, why), System.nanoTime());
            }
        }
    }

    /** Somebody else set the file, its time is over, or its group is gone. */
    public void leaseEnded(LeaseHolder holder, LeaseKey key, String why) {
        PolicyRunner runner = runners.of(holder);
        if (runner != null) {
            runner.accept(new Input.LeaseEnded(key, why), System.nanoTime());
        }
    }

    /** By name, as the API shows them. */
    public List<Control.PolicyView> views() {
        loop.requireInLoop();
        List<Control.PolicyView> all = new ArrayList<>();
        specs.keySet().forEach(name -> {
            Control.PolicyView view = view(name);
            if (view != null) {
                all.add(view);
            }
        });
        return all;
    }

    /** {@code null}: there is none of that name. */
    public Control.@Nullable PolicyView view(String name) {
        PolicySpec spec = specs.get(name);
        if (spec == null) {
            return null;
        }
        JsonArray groups = new JsonArray();
        String furthest = "armed";
        for (PolicyRunner runner : runners.of(name)) {
            groups.add(runner.json());
            if (runner.state().active()) {
                furthest = "acting";
            }
        }
        return new Control.PolicyView(spec, furthest, new JsonObject().put("groups", groups));
    }

    /** How many groups a policy is acting on now, by policy, zero included. */
    public Map<String, Integer> active() {
        Map<String, Integer> count = new TreeMap<>();
        specs.keySet().forEach(name -> count.put(name, 0));
        runners.all().stream().filter(r -> r.state().active()).forEach(r -> count.merge(r.policy(), 1, Integer::sum));
        return count;
    }

    private void match(PolicySpec spec, GroupEntry entry) {
        PolicyRunner present = runners.get(spec.name(), entry.id);
        boolean matches = Surveys.matches(spec.target(), entry.path, labelled.labels(entry));
        if (present != null && present.state().phase() instanceof Phase.Ended) {
            // It is still giving back, under the same holder: its successor starts when that is done.
            return;
        }
        if (present != null && !matches) {
            present.accept(new Input.Removed("the policy no longer names this group"), System.nanoTime());
        } else if (present != null) {
            if (!present.state().spec().equals(spec)) {
                present.accept(new Input.Edited(spec), System.nanoTime());
            }
        } else if (matches) {
            String instance = boot + "-" + Long.toString(++instances, 36);
            LeaseHolder holder = LeaseHolder.ofPolicy(spec.name(), entry.id);
            PolicyStart start = new PolicyStart(
                    instance, spec, entry.path, entry.id, kills.take(spec.name(), entry.id), leases.heldBy(holder));
            // Registered by its own inputs only after the constructor: nothing answers synchronously before that.
            runners.put(new PolicyRunner(loop, this, start));
        }
    }

    @Override
    public void finished(PolicyRunner runner) {
        if (!runners.remove(runner)) {
            return;
        }
        if (!runner.state().kills().isEmpty()) {
            kills.forget(runner.policy(), runner.id());
        }
        // Put to work again while it was ending.
        PolicySpec spec = specs.get(runner.policy());
        GroupEntry entry = table.get(runner.path(), runner.id());
        if (spec != null && entry != null) {
            match(spec, entry);
        }
    }

    @Override
    public Moment now() {
        return now.get();
    }

    @Override
    public void record(Decision decision) {
        telemetry.decided(decision);
        store.put(Store.Table.DECISIONS, DecisionJson.id(decision), DecisionJson.of(decision))
                .onFailure(e -> LOG.warn("decision {} could not be kept: {}", decision.id(), e.toString()));
    }

    @Override
    public void publish(PolicyEvent event) {
        events.of(event.decision().target(), event.type(), DecisionJson.brief(event.decision()));
        LOG.debug(
                "{} {} on {}: {}",
                event.type(),
                event.decision().policy(),
                event.decision().target(),
                event.decision().why());
    }

    @Override
    public void keepKills(PolicyRunner runner) {
        kills.keep(runner.policy(), runner.id(), runner.state().kills(), now.get());
    }

    @Override
    public void execute(PolicyRunner runner, Step.Orders orders, long causeNanos) {
        long began = System.nanoTime();
        executor.execute(orders, () -> open(runner, orders.decision())).onComplete(done -> {
            if (!done.succeeded()) {
                LOG.error("orders of {} were not answered", orders.decision(), done.cause());
                return;
            }
            long ended = done.result().nanos();
            telemetry.acted(ended - began);
            Duration reaction = causeNanos == 0 ? null : Duration.ofNanos(ended - causeNanos);
            if (reaction != null) {
                telemetry.reacted(reaction.toNanos());
            }
            runner.accept(new Input.Acted(orders.decision(), done.result().results(), reaction), System.nanoTime());
        });
    }

    private static JsonObject open(PolicyRunner runner, String decision) {
        return runner.state().open().stream()
                .filter(open -> open.id().equals(decision))
                .findFirst()
                .map(DecisionJson::of)
                .orElseGet(JsonObject::new);
    }

    @Override
    public void arm(PolicyRunner runner, PressureTrigger trigger) {
        triggers.arm(runner.path(), runner.id(), trigger);
    }

    @Override
    public void disarm(PolicyRunner runner, PressureTrigger trigger) {
        boolean stillWanted = runners.of(runner.id()).stream()
                .anyMatch(other -> other != runner && other.wants().triggers().contains(trigger));
        if (!stillWanted) {
            triggers.disarm(runner.id(), trigger);
        }
    }

    @Override
    public void sample(PolicyRunner runner, Set<Sample.Part> parts, long causeNanos) {
        GroupEntry entry = table.get(runner.path(), runner.id());
        if (entry == null) {
            runner.accept(new Input.TargetGone(), System.nanoTime());
            return;
        }
        (causeNanos == 0 ? surveys.sampleSoon(entry, parts) : surveys.sample(entry, parts))
                .onSuccess(sample -> runner.sampled(sample, causeNanos))
                .onFailure(e -> {
                    LOG.warn("cannot sample {}: {}", runner.path(), e.toString());
                    runner.accept(new Input.Tick(), System.nanoTime());
                });
    }

    @Override
    public void survey(PolicyRunner runner) {
        GroupEntry entry = table.get(runner.path(), runner.id());
        var request = runner.wants().survey();
        if (entry == null || request == null) {
            return;
        }
        List<Long> otherKills = new ArrayList<>();
        runners.of(runner.policy()).stream()
                .filter(other -> other != runner)
                .forEach(other -> otherKills.addAll(other.state().kills()));
        surveys.survey(entry, request, otherKills)
                .onSuccess(survey -> runner.accept(new Input.Surveyed(request.number(), survey), System.nanoTime()))
                .onFailure(e -> LOG.warn("cannot survey victims for {}: {}", runner.path(), e.toString()));
    }
}
