package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is never a victim, whatever the policy says: a table, for kill, freeze, throttle and reclaim alike. */
class SparingTest {
    private static final Guards GUARDS = new Guards(
            new CgroupPath("/system.slice/vigia.service"),
            new CgroupPath("/init.scope"),
            Map.of(new CgroupPath("/system.slice/sshd.service"), "protected by the configuration"),
            List.of(Glob.ofPath("/**")));
    private static final PolicySpec.Target ALL = new PolicySpec.Target(Glob.ofPath("/**"), Map.of());

    static Stream<Arguments> spared() {
        return Stream.of(
                Arguments.of("/", Map.of(), Spared.Reason.ROOT),
                Arguments.of("/system.slice/vigia.service", Map.of(), Spared.Reason.OWN),
                Arguments.of("/system.slice", Map.of(), Spared.Reason.OWN),
                Arguments.of("/init.scope", Map.of(), Spared.Reason.INIT),
                Arguments.of("/system.slice/sshd.service", Map.of(), Spared.Reason.PROTECTED),
                Arguments.of("/system.slice/sshd.service/child", Map.of(), Spared.Reason.PROTECTED),
                Arguments.of("/db", Map.of("protected", "true"), Spared.Reason.PROTECTED),
                Arguments.of("/db", Map.of("vigia.io/protected", "True"), Spared.Reason.PROTECTED));
    }

    private static List<RungAction> actions() {
        return List.of(
                new RungAction.Kill(
                        ALL, RungAction.Rank.MEMORY, RungAction.Scope.GROUP, java.time.Duration.ofSeconds(1)),
                new RungAction.Freeze(ALL, java.time.Duration.ofSeconds(1)),
                new RungAction.Reclaim(ALL, 1),
                new RungAction.Throttle(
                        ALL,
                        Map.of(
                                io.vigia.kernel.model.LimitFile.CPU_MAX,
                                new io.vigia.kernel.model.LimitValue.CpuQuota(1000, 100_000))));
    }

    private static World world(RungAction action, Guards guards, Candidate candidate) {
        World world = new World(Specs.enforcing(action)).pressure(0.5);
        world.guards = guards;
        world.candidates.add(candidate);
        return world.until(3000);
    }

    @ParameterizedTest
    @MethodSource("spared")
    void isSparedAndTheDecisionSaysWhy(String path, Map<String, String> labels, Spared.Reason reason) {
        for (RungAction action : actions()) {
            World world = world(
                    action, GUARDS, new Candidates(path, 40).labels(labels).made());
            assertThat(world.orders).as("%s %s", action, path).isEmpty();
            assertThat(world.last(Decision.Kind.SUPPRESSED).spared())
                    .singleElement()
                    .satisfies(s -> {
                        assertThat(s.reason()).isEqualTo(reason);
                        assertThat(s.why()).isNotEmpty();
                    });
        }
    }

    @Test
    void othersAreNot() {
        for (RungAction action : actions()) {
            World world = world(
                    action,
                    GUARDS,
                    new Candidates("/system.slice/vigia.service/vigia/g", 40)
                            .labels(Map.of("protected", "false"))
                            .made());
            assertThat(world.orders).as("%s", action).isNotEmpty();
        }
    }

    @Test
    void whatIsNotWithinEnforceIsSpared() {
        Guards narrow = new Guards(GUARDS.own(), null, Map.of(), List.of(Glob.ofPath("/batch/**")));
        World world = world(actions().getFirst(), narrow, new Candidates("/web", 40).made());
        assertThat(world.last(Decision.Kind.SUPPRESSED).spared())
                .extracting(Spared::reason)
                .containsExactly(Spared.Reason.NOT_ENFORCED);
    }
}
