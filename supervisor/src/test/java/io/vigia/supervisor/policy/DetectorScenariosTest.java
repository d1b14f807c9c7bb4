package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes a policy fire: each detector, and how they nest. */
class DetectorScenariosTest {
    private static final Condition HALF_THE_HOST = new Condition.MemoryAboveHost(0.5);
    private static final Condition MANY_PIDS = new Condition.PidsAbove(0.8);
    private static final Condition FULL = new Condition.MemoryAboveLimit(0.9, LimitFile.MEMORY_MAX);
    private static final Condition THREE_MAX = new Condition.MemoryEventRate("max", 3, Duration.ofSeconds(10));

    private static World world(Condition when) {
        return new World(Specs.of(when, 0, null, null, PolicySpec.Mode.ENFORCE, Specs.NOTIFY));
    }

    private static void assertFires(World world) {
        assertThat(world.story).filteredOn(s -> s.endsWith("policy.fired")).hasSize(1);
    }

    private static void assertQuiet(World world) {
        assertThat(world.story).containsExactly("0 policy.armed");
    }

    @Test
    void aShareOfTheHostsMemory() {
        World world = world(HALF_THE_HOST);
        world.memory = 500;
        world.until(5000);
        assertQuiet(world);
        world.memory = 501;
        world.until(7000);
        assertFires(world);
        assertThat(world.last(Decision.Kind.FIRED).readings())
                .singleElement()
                .satisfies(r -> assertThat(r.value()).isEqualTo(Reading.known(0.501)));
    }

    @Test
    void aShareOfPidsMax() {
        World world = world(MANY_PIDS);
        world.pids = 8;
        world.until(5000);
        assertQuiet(world);
        world.pids = 9;
        world.until(7000);
        assertFires(world);
    }

    @Test
    void eventsOfMemoryCountOnlyWithinTheirSpan() {
        World world = world(THREE_MAX);
        world.memoryEvents = Reading.known(new MemoryEvents(0, 0, 100, 0, 0, 0));
        world.until(1000);
        world.memoryEvents(101, 0).until(9000);
        world.memoryEvents(102, 0).until(15_000);
        assertQuiet(world);
        world.memoryEvents(104, 0);
        assertFires(world);
    }

    @Test
    void eventsFromBeforeThePolicyDoNotCount() {
        World world = world(THREE_MAX);
        world.memoryEvents = Reading.known(new MemoryEvents(0, 0, 1_000_000, 0, 0, 0));
        world.until(30_000);
        assertQuiet(world);
    }

    @Test
    void aCounterThatWentBackIsAnotherGroupsAndStartsAnew() {
        World world = world(THREE_MAX);
        world.memoryEvents(100, 0).memoryEvents(2, 0);
        assertQuiet(world);
        world.until(1000).memoryEvents(5, 0);
        assertFires(world);
    }

    @Test
    void allNeedsEveryPart() {
        World world = world(new Condition.All(List.of(FULL, MANY_PIDS)));
        world.memory = 199;
        world.until(5000);
        assertQuiet(world);
        world.memory = 100;
        world.pids = 10;
        world.until(8000);
        assertQuiet(world);
        world.memory = 199;
        world.until(10_000);
        assertFires(world);
    }

    @Test
    void anyNeedsOne() {
        World world = world(new Condition.Any(List.of(FULL, MANY_PIDS)));
        world.pids = 10;
        world.until(2000);
        assertFires(world);
    }

    @Test
    void anyAndAllNest() {
        Condition nested = new Condition.Any(
                List.of(new Condition.All(List.of(FULL, MANY_PIDS)), new Condition.All(List.of(HALF_THE_HOST, FULL))));
        World world = world(nested);
        world.memory = 199;
        world.until(5000);
        assertQuiet(world);
        world.hostMemory = 300;
        world.until(7000);
        assertFires(world);
        assertThat(world.last(Decision.Kind.FIRED).readings()).hasSize(4);
    }

    @Test
    void forStartsAnewWhenTheConditionBreaks() {
        World world = new World(Specs.of(MANY_PIDS, 5, null, null, PolicySpec.Mode.ENFORCE, Specs.NOTIFY));
        world.pids = 10;
        world.until(4000);
        world.pids = 1;
        world.until(6000);
        world.pids = 10;
        world.until(10_500);
        assertQuiet(world);
        world.until(13_000);
        assertFires(world);
    }

    @Test
    void anUnlimitedGroupIsNeverNearItsLimit() {
        World world = world(new Condition.MemoryAboveLimit(0.1, LimitFile.MEMORY_HIGH));
        world.memory = Long.MAX_VALUE;
        world.until(5000);
        assertQuiet(world);
    }
}
