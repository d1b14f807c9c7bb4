package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Things that happen while a rung is under way, between two rungs, or across a restart. */
class EpisodeScenariosTest {
    private static World world(RungAction... ladder) {
        World world = new World(Specs.enforcing(ladder)).pressure(0.5);
        world.candidates.add(World.candidate("/batch/a", 11, 500, Map.of()));
        return world;
    }

    @Test
    void reliefWhileARungIsInProgressWaitsForItsOutcomeAndGivesItBack() {
        World world = world(Specs.THROTTLE, Specs.KILL);
        world.answersAtOnce = false;
        world.until(3000).pressure(0).until(20_000);
        assertThat(world.orders).hasSize(1);
        assertThat(world.state.phase()).isInstanceOf(Phase.Acting.class);
        world.answersAtOnce = true;
        world.acted().until(20_500);
        assertThat(world.orders).hasSize(2).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.kills()).isEmpty();
        assertThat(world.state.leases()).isEmpty();
    }

    @Test
    void aVictimThatVanishesBetweenSurveyAndKillCountsAsNobody() {
        World world = world(Specs.KILL);
        world.answer = Result.Status.GONE;
        world.until(2000);
        assertThat(world.kills()).hasSize(1);
        assertThat(world.last(Decision.Kind.ACTED).outcome().status()).isEqualTo(Outcome.Status.NO_VICTIM);
        assertThat(world.story).last().isEqualTo("2000 policy.suppressed 1");
    }

    @Test
    void anAnswerToAnEarlierSurveyIsIgnored() {
        World world = world(Specs.KILL);
        world.surveysAtOnce = false;
        world.until(2500);
        SurveyRequest asked = Objects.requireNonNull(world.wants.survey());
        world.give(new Input.Surveyed(asked.number() + 7, new Survey(world.guards, world.candidates, List.of())));
        assertThat(world.orders).isEmpty();
        world.surveyed();
        assertThat(world.kills()).hasSize(1);
    }

    @Test
    void reliefBeforeTheSurveyIsAnsweredKillsNobody() {
        World world = world(Specs.KILL);
        world.surveysAtOnce = false;
        world.until(2500).pressure(0).until(20_000);
        world.surveyed();
        assertThat(world.kills()).isEmpty();
        assertThat(world.state.phase()).isNotInstanceOf(Phase.Choosing.class);
    }

    @Test
    void anEditWhileARungIsInProgressUndoesWhatItStillTakes() {
        World world = world(Specs.THROTTLE);
        world.answersAtOnce = false;
        world.until(3000);
        world.give(new Input.Edited(Specs.enforcing(Specs.NOTIFY)));
        assertThat(world.state.phase()).isNotInstanceOf(Phase.Acting.class);
        world.answersAtOnce = true;
        world.acted();
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.state.leases()).isEmpty();
    }

    @Test
    void takesOverLeasesFromBeforeARestartAndGivesThemBackOnRelief() {
        LeaseKey key = new LeaseKey(new CgroupPath("/batch/a"), new CgroupId(11), "cpu.max");
        World world = new World(new PolicyStart(
                "i2", Specs.enforcing(Specs.THROTTLE), World.TARGET, World.TARGET_ID, List.of(), Set.of(key)));
        assertThat(world.state.active()).isTrue();
        assertThat(world.story).containsExactly("0 policy.armed");
        world.until(20_000);
        assertThat(world.orders).hasSize(1).last().isInstanceOf(Order.GiveBack.class);
    }

    @Test
    void theBudgetSurvivesARestart() {
        Instant now = Instant.EPOCH;
        World world = new World(new PolicyStart(
                "i2",
                Specs.enforcing(Specs.KILL),
                World.TARGET,
                World.TARGET_ID,
                List.of(now.minusSeconds(30), now.minusSeconds(60)),
                Set.of()));
        world.candidates.add(World.candidate("/batch/a", 11, 500, Map.of()));
        world.pressure(0.5).until(20_000);
        assertThat(world.kills()).isEmpty();
        assertThat(world.last(Decision.Kind.SUPPRESSED).why()).contains("budget");
    }

    @Test
    void theBudgetIsThePolicysOverAllItsGroups() {
        World world = world(Specs.KILL);
        world.otherKills.addAll(List.of(world.now().nanos(), world.now().nanos()));
        world.until(20_000);
        assertThat(world.kills()).isEmpty();
        assertThat(world.story).filteredOn(s -> s.contains("suppressed")).hasSize(1);
    }

    @Test
    void dryRunSpendsTheBudgetAsEnforcingWould() {
        World world = new World(Specs.of(
                Specs.PRESSURE,
                0,
                null,
                new PolicySpec.Budget(1, Duration.ofMinutes(10)),
                PolicySpec.Mode.DRY_RUN,
                Specs.KILL));
        world.candidates.add(World.candidate("/batch/a", 11, 500, Map.of()));
        world.pressure(0.5).until(120_000);
        assertThat(world.orders).isEmpty();
        assertThat(world.decisions)
                .filteredOn(d -> d.outcome().status() == Outcome.Status.WOULD_HAVE)
                .hasSize(1);
        assertThat(world.last(Decision.Kind.SUPPRESSED).why()).contains("budget");
    }

    @Test
    void pausedNothingIsWatchedAndLeasesAreGivenBack() {
        World world = world(Specs.THROTTLE);
        world.until(3000).give(new Input.Paused("alice"));
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.wants).isEqualTo(Wants.NOTHING);
        world.until(30_000).give(new Input.Resumed("alice"));
        assertThat(world.wants.triggers()).hasSize(1);
    }

    @Test
    void aPolicyThatIsRemovedWhileActingEndsOnlyWithItsOutcome() {
        World world = world(Specs.THROTTLE);
        world.answersAtOnce = false;
        world.until(3000).give(new Input.Removed("deleted"));
        assertThat(world.state.finished()).isFalse();
        world.answersAtOnce = true;
        world.acted();
        assertThat(world.state.finished()).isTrue();
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
    }
}
