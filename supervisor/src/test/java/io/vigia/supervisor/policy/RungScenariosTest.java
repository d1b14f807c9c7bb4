package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ProcessId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What each action of a ladder orders, and whom a kill takes. */
class RungScenariosTest {
    private static World pressed(RungAction action) {
        return new World(Specs.enforcing(action)).pressure(0.5);
    }

    private static RungAction.Kill kill(RungAction.Rank rank, RungAction.Scope scope) {
        return new RungAction.Kill(Specs.BATCH, rank, scope, Duration.ofSeconds(1));
    }

    private static RungAction.Raise raise(double share, long ceiling) {
        return new RungAction.Raise(LimitFile.MEMORY_MAX, share, 0, ceiling);
    }

    private static LimitValue raised(World world) {
        return world.orders.stream()
                .filter(Order.LeaseLimits.class::isInstance)
                .map(o -> ((Order.LeaseLimits) o).limits().get(LimitFile.MEMORY_MAX))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static Candidate target(LimitValue memoryMax) {
        return new Candidates("/web", World.TARGET_ID.inode())
                .limit(LimitFile.MEMORY_MAX, memoryMax)
                .made();
    }

    @Test
    void raisesTheTargetsOwnLimitAsALease() {
        World world = pressed(raise(0.2, 0));
        world.candidates.add(target(new LimitValue.Amount(1000)));
        world.until(3000);
        assertThat(raised(world)).isEqualTo(new LimitValue.Amount(1200));
        assertThat(world.state.leases()).hasSize(1);
        world.pressure(0).until(20_000);
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
    }

    @Test
    void neverRaisesAboveTheCeiling() {
        World world = pressed(raise(0.5, 1100));
        world.candidates.add(target(new LimitValue.Amount(1000)));
        world.until(3000);
        assertThat(raised(world)).isEqualTo(new LimitValue.Amount(1100));
        world.candidates.set(0, target(new LimitValue.Amount(1100)));
        world.until(30_000);
        assertThat(world.orders).hasSize(1);
        assertThat(world.last(Decision.Kind.SUPPRESSED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.AT_CEILING);
    }

    @Test
    void whatIsUnlimitedCannotBeRaised() {
        World world = pressed(raise(0.5, 0));
        world.candidates.add(target(new LimitValue.Max()));
        world.until(3000);
        assertThat(world.orders).isEmpty();
        assertThat(world.last(Decision.Kind.SUPPRESSED).why()).contains("raise");
    }

    @Test
    void freezesForABoundedTimeAndThawsOnRelief() {
        World world = pressed(new RungAction.Freeze(Specs.BATCH, Duration.ofSeconds(8)));
        world.candidates.add(new Candidates("/batch/a", 11).made());
        world.candidates.add(new Candidates("/batch/ice", 12).frozen().made());
        world.until(3000);
        assertThat(world.orders)
                .containsExactly(
                        new Order.FreezeGroup(world.candidates.getFirst().victim(), Duration.ofSeconds(8)));
        assertThat(world.last(Decision.Kind.ACTED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.FROZEN);
        world.pressure(0).until(20_000);
        assertThat(world.orders).last().isInstanceOf(Order.GiveBack.class);
        assertThat(world.state.leases()).isEmpty();
    }

    @Test
    void aFreezeThatEndedByItselfIsNotGivenBackTwice() {
        World world = pressed(new RungAction.Freeze(Specs.BATCH, Duration.ofSeconds(8)));
        world.candidates.add(new Candidates("/batch/a", 11).made());
        world.until(3000);
        LeaseKey key = world.state.leases().iterator().next();
        world.give(new Input.LeaseEnded(key, "its time is over")).pressure(0).until(20_000);
        assertThat(world.orders).noneMatch(Order.GiveBack.class::isInstance);
        assertThat(world.story).anyMatch(s -> s.endsWith("policy.relieved"));
    }

    @Test
    void reclaimsFromEachThatMatches() {
        World world = pressed(new RungAction.Reclaim(Specs.BATCH, 64));
        world.candidates.add(new Candidates("/batch/a", 11).made());
        world.candidates.add(new Candidates("/batch/b", 12).made());
        world.candidates.add(new Candidates("/other/c", 13).made());
        world.until(3000);
        assertThat(world.orders)
                .containsExactly(
                        new Order.ReclaimBytes(world.candidates.get(0).victim(), 64),
                        new Order.ReclaimBytes(world.candidates.get(1).victim(), 64));
        assertThat(world.last(Decision.Kind.ACTED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.NOT_MATCHING);
    }

    @Test
    void killsTheBiggestProcessWithItsDescendants() {
        World world = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.TREE));
        world.candidates.add(new Candidates("/batch/a", 11)
                .member(20, 1, 100, false)
                .member(21, 20, 900, false)
                .member(22, 21, 5, false)
                .member(23, 22, 6, false)
                .member(24, 20, 800, false)
                .made());
        world.until(3000);
        assertThat(world.kills()).singleElement().satisfies(k -> {
            assertThat(k.scope()).isEqualTo(RungAction.Scope.TREE);
            assertThat(k.processes()).extracting(ProcessId::pid).containsExactly(21, 22, 23);
        });
    }

    @Test
    void killsOneProcessAlone() {
        World world = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.PROCESS));
        world.candidates.add(new Candidates("/batch/a", 11)
                .member(20, 1, 100, false)
                .member(21, 20, 900, false)
                .member(22, 21, 5, false)
                .made());
        world.until(3000);
        assertThat(world.kills())
                .singleElement()
                .satisfies(k -> assertThat(k.processes()).containsExactly(new ProcessId(21, 1021)));
    }

    @Test
    void neverKillsPidOneOrItselfWhateverTheirSize() {
        World world = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.TREE));
        world.candidates.add(new Candidates("/batch/a", 11)
                .member(1, 0, 9000, false)
                .member(50, 1, 8000, true)
                .member(51, 50, 10, false)
                .made());
        world.until(3000);
        assertThat(world.kills())
                .singleElement()
                .satisfies(k ->
                        assertThat(k.processes()).extracting(ProcessId::pid).containsExactly(51));
        World alone = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.PROCESS));
        alone.candidates.add(new Candidates("/batch/a", 11)
                .member(1, 0, 9000, false)
                .member(50, 1, 8000, true)
                .made());
        alone.until(3000);
        assertThat(alone.orders).isEmpty();
        assertThat(alone.last(Decision.Kind.SUPPRESSED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.EMPTY);
    }

    @Test
    void ranksByPressure() {
        World world = pressed(kill(RungAction.Rank.PRESSURE, RungAction.Scope.GROUP));
        world.candidates.add(
                new Candidates("/batch/big", 11).memory(9000).cpuPressure(1.5).made());
        world.candidates.add(
                new Candidates("/batch/busy", 12).memory(10).cpuPressure(70).made());
        world.until(3000);
        assertThat(world.kills())
                .singleElement()
                .satisfies(k -> assertThat(k.victim().path().text()).isEqualTo("/batch/busy"));
        assertThat(world.last(Decision.Kind.ACTED).candidates())
                .extracting(Scored::basis)
                .allMatch(basis -> basis.equals("cpu pressure some avg10, percent"));
    }

    @Test
    void ranksByPids() {
        World world = pressed(kill(RungAction.Rank.PIDS, RungAction.Scope.GROUP));
        world.candidates.add(new Candidates("/batch/few", 11).pids(3).made());
        world.candidates.add(new Candidates("/batch/bomb", 12).pids(4000).made());
        world.until(3000);
        assertThat(world.kills())
                .singleElement()
                .satisfies(k -> assertThat(k.victim().path().text()).isEqualTo("/batch/bomb"));
    }

    @Test
    void ranksByGrowthAndNotBySize() {
        World world = pressed(kill(RungAction.Rank.MEMORY_GROWTH, RungAction.Scope.GROUP));
        world.candidates.add(new Candidates("/batch/fat", 11).memory(1_000_000).made());
        world.candidates.add(new Candidates("/batch/leak", 12).memory(1000).made());
        world.until(2500);
        assertThat(world.kills()).as("growth is measured first").isEmpty();
        world.candidates.set(
                0, new Candidates("/batch/fat", 11).memory(1_000_100).made());
        world.candidates.set(1, new Candidates("/batch/leak", 12).memory(90_000).made());
        world.until(4000);
        assertThat(world.kills())
                .singleElement()
                .satisfies(k -> assertThat(k.victim().path().text()).isEqualTo("/batch/leak"));
    }

    @Test
    void aVictimWhoseMemoryIsUnknownIsSparedAndSaidSo() {
        World world = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.GROUP));
        world.candidates.add(new Candidates("/batch/dark", 11).memoryUnknown().made());
        world.until(3000);
        assertThat(world.orders).isEmpty();
        assertThat(world.last(Decision.Kind.SUPPRESSED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.UNREADABLE);
    }

    @Test
    void theRestOfTheRankingIsRecorded() {
        World world = pressed(kill(RungAction.Rank.MEMORY, RungAction.Scope.GROUP));
        world.candidates.add(new Candidates("/batch/a", 11).memory(10).made());
        world.candidates.add(new Candidates("/batch/b", 12).memory(20).made());
        world.candidates.add(new Candidates("/batch/c", 13).memory(30).empty().made());
        world.until(3000);
        Decision decision = world.last(Decision.Kind.ACTED);
        assertThat(decision.candidates())
                .extracting(s -> s.victim().path().text() + " " + s.score() + " " + s.chosen())
                .containsExactly("/batch/b 20.0 true", "/batch/a 10.0 false");
        assertThat(decision.spared())
                .extracting(Spared::reason)
                .containsExactlyInAnyOrder(Spared.Reason.EMPTY, Spared.Reason.RANKED_LOWER);
        assertThat(decision.spared())
                .extracting(spared -> spared.victim().path().text())
                .contains("/batch/c");
    }
}
