package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PolicyPropertiesTest {
    private static final List<Result.Status> ANSWERS = List.of(Result.Status.values());
    private static final List<LeaseIntent> INTENTS = List.of(LeaseIntent.values());
    private static final LeaseKey KEY = new LeaseKey(new CgroupPath("/batch"), new CgroupId(3), "cpu.max");

    /** A random course of events, served by a shell that keeps the rules. */
    private static World run(long seed) {
        Random random = new Random(seed);
        World world = new World(Specs.enforcing(Specs.NOTIFY, Specs.THROTTLE, Specs.KILL));
        for (int i = 0; i < 5; i++) {
            Map<String, String> labels = random.nextBoolean() ? Map.of("protected", "true") : Map.of();
            world.candidates.add(World.candidate("/batch/g" + i, 20 + i, random.nextInt(1000), labels));
        }
        for (int i = 1; i <= 60; i++) {
            world.answer = ANSWERS.get(random.nextInt(ANSWERS.size()));
            world.pressure(random.nextInt(3) == 0 ? 0 : 0.4).until(i * 10_000L);
            if (random.nextInt(20) == 0) {
                world.give(new Input.Edited(Specs.enforcing(Specs.THROTTLE, Specs.KILL)));
            }
        }
        return world;
    }

    @Property(tries = 60)
    void neverAProtectedVictimAndNeverOverBudgetAndNoLoop(@ForAll long seed) {
        World world = run(seed);
        List<Order.KillVictim> kills = world.orders.stream()
                .filter(Order.KillVictim.class::isInstance)
                .map(Order.KillVictim.class::cast)
                .toList();
        for (Order.KillVictim kill : kills) {
            assertThat(world.candidates)
                    .filteredOn(c -> c.id().equals(kill.victim().id()))
                    .noneMatch(c -> Guards.isProtected(c.labels()));
        }
        assertThat(kills.size()).isLessThanOrEqualTo(2);
        // Ten minutes at two samples a second, the kernel's triggers, surveys and outcomes: no more.
        assertThat(world.steps).isLessThan(2500);
    }

    @Property(tries = 20)
    void sameInputSameOutput(@ForAll long seed) {
        World one = run(seed);
        World two = run(seed);
        assertThat(one.story).isEqualTo(two.story);
        assertThat(one.decisions).isEqualTo(two.decisions);
        assertThat(one.state).isEqualTo(two.state);
    }

    @Property
    void givingBackInAnyOrderRestoresTheOriginal(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 200) Integer> quotas, @ForAll Random order) {
        Moment now = new Moment(0, Instant.EPOCH);
        LimitValue original = new LimitValue.CpuQuota(80_000, 100_000);
        LimitValue file = original;
        LeaseBook book = LeaseBook.EMPTY;
        List<LeaseHolder> holders = new ArrayList<>();
        for (int i = 0; i < quotas.size(); i++) {
            LeaseHolder holder = LeaseHolder.ofPolicy("p" + i, new CgroupId(9));
            holders.add(holder);
            LimitValue wanted = new LimitValue.CpuQuota(quotas.get(i) * 1000L, 100_000);
            LeaseIntent intent = INTENTS.get(i % INTENTS.size());
            LeaseChange change = book.take(KEY, holder, intent, wanted, file, null, now);
            book = change.book();
            for (LeaseChange.Write write : change.writes()) {
                file = write.value();
                book = book.confirmed(KEY, file);
            }
            assertThat(book.expected(KEY)).isEqualTo(file);
        }
        Collections.shuffle(holders, order);
        for (LeaseHolder holder : holders) {
            LeaseChange change = LeaseBook.fromMaps(book.toMaps(), now).giveBack(holder, "test");
            book = change.book();
            for (LeaseChange.Write write : change.writes()) {
                file = write.value();
                book = book.confirmed(KEY, file);
            }
        }
        assertThat(file).isEqualTo(original);
        assertThat(book.keys()).isEmpty();
    }
}
