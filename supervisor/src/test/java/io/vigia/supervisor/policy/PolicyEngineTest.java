package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyEngineTest {
    private static World world(PolicySpec spec) {
        World world = new World(spec);
        world.candidates.add(World.candidate("/batch/a", 11, 500, Map.of()));
        world.candidates.add(World.candidate("/batch/b", 12, 900, Map.of()));
        return world;
    }

    @Test
    void throttlesOnPressureAndGivesBackAfterRelief() {
        World world = world(Specs.enforcing(Specs.THROTTLE));
        world.pressure(0.5).until(2000).pressure(0).until(40_000);
        assertThat(world.story.subList(0, 3))
                .containsExactly("0 policy.armed", "2000 policy.fired", "2000 policy.acted 1");
        assertThat(world.story.get(3)).endsWith("policy.relieved");
        assertThat(world.story).hasSize(4);
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.state.phase()).isEqualTo(new Phase.Armed());
        assertThat(world.state.leases()).isEmpty();
    }

    @Test
    void climbsOnlyAfterTheWaitWithoutRelief() {
        World world = world(Specs.enforcing(Specs.NOTIFY, Specs.THROTTLE, Specs.KILL));
        world.pressure(0.5).until(13_000);
        assertThat(world.story)
                .containsExactly(
                        "0 policy.armed",
                        "2000 policy.fired",
                        "2000 policy.acted 1",
                        "7000 policy.acted 2",
                        "12000 policy.acted 3");
        assertThat(world.orders)
                .last()
                .satisfies(
                        o -> assertThat(((Order.KillVictim) o).victim().path().text())
                                .isEqualTo("/batch/b"));
    }

    @Test
    void doesNotFireBeforeFor() {
        World world = world(Specs.of(Specs.PRESSURE, 5, null, null, PolicySpec.Mode.ENFORCE, Specs.NOTIFY));
        world.pressure(0.5).until(3000).pressure(0).until(20_000);
        assertThat(world.story).containsExactly("0 policy.armed");
        world.pressure(0.5).until(28_000);
        assertThat(world.story).containsExactly("0 policy.armed", "27000 policy.fired", "27000 policy.acted 1");
    }

    @Test
    void holdsTheNextRungBackWhileReliefIsUnderWay() {
        World world = world(Specs.enforcing(Specs.THROTTLE, Specs.KILL));
        world.pressure(0.5).until(2100).pressure(0).until(5800);
        assertThat(world.state.reliefSinceNanos()).isNotNull();
        world.until(7500);
        assertThat(world.orders).noneMatch(Order.KillVictim.class::isInstance);
        world.pressure(0.5).until(10_500);
        assertThat(world.orders).anyMatch(Order.KillVictim.class::isInstance);
    }

    @Test
    void repeatsALastKillAfterCooldownWithinTheBudget() {
        World world = world(Specs.enforcing(Specs.KILL));
        world.pressure(0.5).until(300_000);
        assertThat(world.orders).filteredOn(Order.KillVictim.class::isInstance).hasSize(2);
        assertThat(world.story).filteredOn(s -> s.contains("suppressed")).hasSize(1);
        world.until(700_000);
        assertThat(world.orders).filteredOn(Order.KillVictim.class::isInstance).hasSizeGreaterThan(2);
    }

    @Test
    void saysOnceThatItCoolsDown() {
        World world = world(Specs.enforcing(Specs.THROTTLE));
        world.pressure(0.5).until(2000).pressure(0).until(12_000).pressure(0.5).until(22_000);
        assertThat(world.story).filteredOn(s -> s.contains("suppressed")).hasSize(1);
        assertThat(world.story).filteredOn(s -> s.contains("fired")).hasSize(1);
        world.until(40_000);
        assertThat(world.story).filteredOn(s -> s.contains("fired")).hasSize(2);
    }

    @Test
    void dryRunOrdersNothing() {
        World world = world(Specs.of(
                Specs.PRESSURE, 0, null, null, PolicySpec.Mode.DRY_RUN, Specs.NOTIFY, Specs.THROTTLE, Specs.KILL));
        world.pressure(0.5).until(60_000);
        assertThat(world.orders).isEmpty();
        assertThat(world.decisions).anySatisfy(d -> {
            assertThat(d.outcome().status()).isEqualTo(Outcome.Status.WOULD_HAVE);
            assertThat(d.orders()).hasSize(1).first().isInstanceOf(Order.KillVictim.class);
        });
    }

    @Test
    void sparesProtectedAndSaysWhy() {
        World world = new World(Specs.enforcing(Specs.KILL));
        world.candidates.add(World.candidate("/batch/a", 11, 500, Map.of("protected", "true")));
        world.pressure(0.5).until(3000);
        assertThat(world.orders).isEmpty();
        assertThat(world.decisions).anySatisfy(d -> {
            assertThat(d.spared()).extracting(Spared::reason).containsExactly(Spared.Reason.PROTECTED);
            assertThat(d.spared()).extracting(Spared::why).containsExactly("it is labelled protected");
            assertThat(d.kind()).isEqualTo(Decision.Kind.SUPPRESSED);
        });
    }

    @Test
    void takesTheNextRungAtOnceWhenOneIsRefused() {
        World world = world(Specs.enforcing(Specs.THROTTLE, Specs.KILL));
        world.answer = Result.Status.REFUSED;
        world.pressure(0.5).until(2000);
        assertThat(world.story)
                .containsExactly("0 policy.armed", "2000 policy.fired", "2000 policy.failed 1", "2000 policy.failed 2");
    }

    @Test
    void givesBackWhenTheTargetVanishesWithinTheLadder() {
        World world = world(Specs.enforcing(Specs.THROTTLE, Specs.KILL));
        world.pressure(0.5).until(3000).give(new Input.TargetGone()).until(60_000);
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.state.finished()).isTrue();
        assertThat(world.wants).isEqualTo(Wants.NOTHING);
    }

    @Test
    void editingGivesBackAndArmsAnew() {
        World world = world(Specs.enforcing(Specs.THROTTLE));
        world.pressure(0.5).until(3000).pressure(0);
        world.give(new Input.Edited(Specs.enforcing(Specs.NOTIFY)));
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.state.phase()).isEqualTo(new Phase.Armed());
        assertThat(world.story).last().isEqualTo("3000 policy.armed");
    }

    @Test
    void ignoresStepsOfTheWallClock() {
        World world = world(Specs.enforcing(Specs.THROTTLE, Specs.KILL));
        world.pressure(0.5).until(3000);
        Moment jumped = new Moment(world.now().nanos(), Instant.EPOCH.plus(Duration.ofDays(365)));
        Step step = PolicyEngine.step(world.state, new Input.Tick(), jumped);
        assertThat(step.orders()).isEmpty();
        assertThat(step.state().phase()).isEqualTo(world.state.phase());
    }

    @Test
    void idlesWithoutATimerWhileTheKernelWatches() {
        World pressure = world(Specs.enforcing(Specs.NOTIFY));
        assertThat(pressure.wants.deadlineNanos()).isEmpty();
        Condition both =
                new Condition.All(List.of(Specs.PRESSURE, new Condition.MemoryAboveLimit(0.8, LimitFile.MEMORY_MAX)));
        World all = world(Specs.of(both, 0, null, null, PolicySpec.Mode.ENFORCE, Specs.NOTIFY));
        assertThat(all.wants.deadlineNanos()).isEmpty();
        all.memory = 190;
        all.pressure(0.5).until(3000);
        assertThat(all.story).contains("2001 policy.fired");
    }

    @Test
    void looksAtAllGroupsAtTheSameMoments() {
        Condition memory = new Condition.MemoryAboveLimit(0.8, LimitFile.MEMORY_MAX);
        for (int began : new int[] {0, 1, 300, 999}) {
            World world = world(Specs.of(memory, 0, null, null, PolicySpec.Mode.ENFORCE, Specs.NOTIFY));
            // Its first look comes before this one.
            world.until(began).give(new Input.Sampled(world.sample()));
            long until = world.wants.deadlineNanos().orElseThrow() - world.now().nanos();
            assertThat(until).as("began at " + began).isEqualTo((1000 - began) * 1_000_000L);
        }
    }

    @Test
    void samplesWherePressureCannotBeTriggered() {
        World world = world(Specs.enforcing(Specs.NOTIFY));
        world.give(
                new Input.TriggerUnavailable(world.wants.triggers().iterator().next(), "EINVAL"));
        assertThat(world.wants.triggers()).isEmpty();
        world.pressure(0.5).until(6000);
        assertThat(world.story).anyMatch(s -> s.endsWith("policy.fired"));
    }

    @Test
    void unknownAndUnlimitedNeverHold() {
        Condition memory = new Condition.MemoryAboveLimit(0.1, LimitFile.MEMORY_HIGH);
        World world = world(Specs.of(memory, 0, null, null, PolicySpec.Mode.ENFORCE, Specs.KILL));
        world.until(10_000);
        assertThat(world.story).containsExactly("0 policy.armed");
        DetectorReading reading = Detectors.read(memory, world.state.watch(), world.now());
        assertThat(reading.value()).isInstanceOf(Reading.Unknown.class);
    }
}
