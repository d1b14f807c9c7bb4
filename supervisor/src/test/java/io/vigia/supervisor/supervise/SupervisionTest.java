package io.vigia.supervisor.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.supervisor.config.ContainerSpec.Restart;
import io.vigia.supervisor.config.ContainerSpec.RestartPolicy;
import io.vigia.supervisor.config.ContainerSpec.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    private static final List<ContainerEvent> EVENTS = List.of(
            new ContainerEvent.StartRequested(),
            new ContainerEvent.DependenciesMet(),
            new ContainerEvent.Spawned(7),
            new ContainerEvent.SpawnFailed("no such file"),
            new ContainerEvent.RootExited(new ExitStatus.Exited(0)),
            new ContainerEvent.RootExited(new ExitStatus.Exited(1)),
            new ContainerEvent.RootExited(new ExitStatus.Signaled(9, false)),
            new ContainerEvent.RootExited(new ExitStatus.Unknown("gone")),
            new ContainerEvent.CgroupEmptied(false),
            new ContainerEvent.StopRequested(Duration.ofSeconds(10)),
            new ContainerEvent.GraceElapsed(),
            new ContainerEvent.BackoffElapsed(),
            new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("gone")),
            new ContainerEvent.RestartRequested(),
            new ContainerEvent.Adopted(8),
            new ContainerEvent.PolicyKilled());

    private Instant now = Instant.EPOCH;
    private ContainerState state = ContainerState.INITIAL;
    private List<Effect> effects = List.of();

    private static Supervision table(RestartPolicy policy, int giveUp) {
        return new Supervision(
                new Restart(policy, Duration.ofMillis(200), Duration.ofSeconds(2), giveUp, Duration.ofMinutes(1)),
                Stop.DEFAULT);
    }

    private void send(Supervision table, ContainerEvent... events) {
        for (ContainerEvent event : events) {
            Supervision.Step step = table.on(state, event, now);
            state = step.state();
            effects = step.effects();
        }
    }

    private void run(Supervision table) {
        send(table, EVENTS.get(0), EVENTS.get(1), EVENTS.get(2));
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
    }

    private void exit(Supervision table, ExitStatus status) {
        send(table, new ContainerEvent.RootExited(status), new ContainerEvent.CgroupEmptied(false));
    }

    private List<String> emitted() {
        return effects.stream()
                .filter(Effect.Emit.class::isInstance)
                .map(effect -> ((Effect.Emit) effect).type())
                .toList();
    }

    @Test
    void hasAnAnswerForEveryPair() {
        for (Phase phase : Phase.values()) {
            for (ContainerEvent event : EVENTS) {
                for (RestartPolicy policy : RestartPolicy.values()) {
                    Supervision.Step step = table(policy, 1).on(ContainerState.INITIAL.in(phase), event, now);
                    boolean spawns = step.effects().contains(new Effect.Spawn());
                    assertThat(step.state().phase() == Phase.STARTING && phase != Phase.STARTING)
                            .as(phase + " × " + event)
                            .isEqualTo(spawns);
                }
            }
        }
    }

    @Test
    void tellsTheEndOnlyWhenTheCgroupIsEmpty() {
        Supervision table = table(RestartPolicy.NEVER, 0);
        run(table);
        send(table, new ContainerEvent.RootExited(new ExitStatus.Exited(3)));
        assertThat(effects).contains(new Effect.KillCgroup());
        assertThat(emitted()).isEmpty();
        send(table, new ContainerEvent.CgroupEmptied(false));
        assertThat(emitted()).containsExactly("container.exited", "container.failed");
        assertThat(state.phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void takesTheEmptyCgroupBeforeTheExit() {
        Supervision table = table(RestartPolicy.NEVER, 0);
        run(table);
        send(table, new ContainerEvent.CgroupEmptied(false), new ContainerEvent.RootExited(new ExitStatus.Exited(0)));
        assertThat(emitted()).containsExactly("container.exited");
        assertThat(state.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void doublesTheBackoffAndForgetsItAfterAStableRun() {
        Supervision table = table(RestartPolicy.ALWAYS, 0);
        run(table);
        for (long wait : new long[] {200, 400, 800, 1600, 2000, 2000}) {
            exit(table, new ExitStatus.Exited(0));
            assertThat(effects).contains(new Effect.ArmTimer(Effect.Timer.BACKOFF, Duration.ofMillis(wait)));
            send(
                    table,
                    new ContainerEvent.BackoffElapsed(),
                    new ContainerEvent.DependenciesMet(),
                    new ContainerEvent.Spawned(9));
        }
        now = now.plusSeconds(2);
        exit(table, new ExitStatus.Exited(0));
        assertThat(effects).contains(new Effect.ArmTimer(Effect.Timer.BACKOFF, Duration.ofMillis(200)));
        assertThat(state.restarts()).isEqualTo(7);
    }

    @Test
    void givesUpAfterTheNumberOfRestartsWithinTheSpan() {
        Supervision table = table(RestartPolicy.ON_FAILURE, 2);
        run(table);
        for (int i = 0; i < 2; i++) {
            exit(table, new ExitStatus.Unknown("gone"));
            assertThat(state.phase()).isEqualTo(Phase.BACKOFF);
            send(
                    table,
                    new ContainerEvent.BackoffElapsed(),
                    new ContainerEvent.DependenciesMet(),
                    new ContainerEvent.Spawned(9));
        }
        exit(table, new ExitStatus.Signaled(11, false));
        assertThat(state.phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void startsNothingAgainThatAnOperatorStopped() {
        Supervision table = table(RestartPolicy.ALWAYS, 0);
        run(table);
        send(table, new ContainerEvent.StopRequested(Duration.ofSeconds(10)));
        assertThat(effects)
                .containsExactly(
                        new Effect.SendStopSignal(15), new Effect.ArmTimer(Effect.Timer.GRACE, Duration.ofSeconds(10)));
        send(table, new ContainerEvent.GraceElapsed());
        assertThat(effects).containsExactly(new Effect.KillCgroup());
        exit(table, new ExitStatus.Signaled(9, false));
        assertThat(state.phase()).isEqualTo(Phase.STOPPED);
        assertThat(state.reason()).isEqualTo("stopped");
    }

    @Test
    void restartsAsItsPolicySaysWhatAPolicyKilled() {
        Supervision table = table(RestartPolicy.ALWAYS, 0);
        run(table);
        send(table, new ContainerEvent.PolicyKilled());
        exit(table, new ExitStatus.Signaled(9, false));
        assertThat(state.reason()).isEqualTo("policy");
        assertThat(state.phase()).isEqualTo(Phase.BACKOFF);
    }

    @Test
    void goesOnWithTheRestOfABackoffAndNeverWaitsLongerThanTheLongest() {
        Supervision table = table(RestartPolicy.ALWAYS, 0);
        run(table);
        exit(table, new ExitStatus.Exited(1));
        now = now.plusMillis(150);
        send(table, new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("gone")));
        assertThat(effects).containsExactly(new Effect.ArmTimer(Effect.Timer.BACKOFF, Duration.ofMillis(50)));
        now = now.minusSeconds(3600);
        send(table, new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("gone")));
        assertThat(effects).containsExactly(new Effect.ArmTimer(Effect.Timer.BACKOFF, Duration.ofSeconds(2)));
    }

    @Test
    void tellsAnEndThatNobodySawAsUnknownAndNeverAsClean() {
        Supervision table = table(RestartPolicy.ON_FAILURE, 0);
        run(table);
        send(
                table,
                new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("gone")),
                new ContainerEvent.CgroupEmptied(false));
        assertThat(emitted()).containsExactly("container.exited", "container.restarting");
        assertThat(state.reason()).isEqualTo("unknown");
        assertThat(((Effect.Emit) effects.get(1)).data()).doesNotContainKeys("exitCode", "signal");
    }

    @Test
    void keepsTheEndThatAnEarlierVigiaSaw() {
        Supervision table = table(RestartPolicy.NEVER, 0);
        run(table);
        send(
                table,
                new ContainerEvent.RootExited(new ExitStatus.Exited(3)),
                new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("gone")));
        assertThat(effects).contains(new Effect.KillCgroup());
        send(table, new ContainerEvent.CgroupEmptied(false));
        assertThat(state.exit()).isEqualTo(new ExitStatus.Exited(3));
    }

    @Test
    void explainsABadEndByAnOutOfMemoryKillAndNotAGoodOne() {
        Supervision table = table(RestartPolicy.NEVER, 0);
        run(table);
        send(table, new ContainerEvent.RootExited(new ExitStatus.Exited(137)), new ContainerEvent.CgroupEmptied(true));
        assertThat(state.reason()).isEqualTo("oom");
        run(table);
        send(table, new ContainerEvent.RootExited(new ExitStatus.Exited(0)), new ContainerEvent.CgroupEmptied(true));
        assertThat(state.reason()).isEqualTo("exited");
    }

    @Test
    void shortensTheGraceOfAStopAndNeverLengthensIt() {
        Supervision table = table(RestartPolicy.ALWAYS, 0);
        run(table);
        send(table, new ContainerEvent.StopRequested(Duration.ofSeconds(10)));
        send(table, new ContainerEvent.StopRequested(Duration.ofSeconds(20)));
        assertThat(effects).isEmpty();
        send(table, new ContainerEvent.StopRequested(Duration.ofSeconds(1)));
        assertThat(effects).containsExactly(new Effect.ArmTimer(Effect.Timer.GRACE, Duration.ofSeconds(1)));
        send(table, new ContainerEvent.StopRequested(Duration.ZERO));
        assertThat(effects).contains(new Effect.KillCgroup());
    }

    @Test
    void startsAnewWhatWasAskedToRestartDuringItsSpawn() {
        Supervision table = table(RestartPolicy.NEVER, 0);
        send(table, EVENTS.get(0), EVENTS.get(1), new ContainerEvent.RestartRequested(), new ContainerEvent.Spawned(7));
        assertThat(state.phase()).isEqualTo(Phase.STOPPING);
        exit(table, new ExitStatus.Signaled(15, false));
        assertThat(state.phase()).isEqualTo(Phase.WAITING);
        assertThat(state.restarts()).isZero();
    }

    @Property(tries = 2000)
    void neverSpawnsTwiceWithoutAnEndAndAlwaysStops(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 15) Integer> walk) {
        Supervision table = table(RestartPolicy.ALWAYS, 3);
        ContainerState at = ContainerState.INITIAL;
        boolean alive = false;
        for (int index : walk) {
            ContainerEvent event = EVENTS.get(index);
            Supervision.Step step = table.on(at, event, Instant.EPOCH);
            alive &= at.phase() != Phase.STARTING
                    || !(event instanceof ContainerEvent.SpawnFailed || event instanceof ContainerEvent.NothingAdopted);
            for (Effect effect : step.effects()) {
                if (effect instanceof Effect.Emit emit && emit.type().equals("container.exited")) {
                    alive = false;
                }
                if (effect instanceof Effect.Emit emit && emit.type().equals("container.adopted")) {
                    alive = true;
                }
                if (effect instanceof Effect.ArmTimer timer) {
                    assertThat(timer.after()).isLessThanOrEqualTo(Duration.ofSeconds(10));
                }
                if (effect instanceof Effect.Spawn) {
                    assertThat(alive).as("spawned while one lives").isFalse();
                    alive = true;
                }
            }
            at = step.state();
        }
        state = at;
        send(
                table,
                new ContainerEvent.StopRequested(Duration.ofSeconds(10)),
                new ContainerEvent.Spawned(5),
                new ContainerEvent.GraceElapsed());
        exit(table, new ExitStatus.Signaled(9, false));
        assertThat(state.phase().isFinal()).isTrue();
    }
}
