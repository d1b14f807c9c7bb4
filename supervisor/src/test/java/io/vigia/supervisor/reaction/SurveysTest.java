package io.vigia.supervisor.reaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.action.FakeCgroups;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.LabelledGroups;
import io.vigia.supervisor.policy.Candidate;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.Sample;
import io.vigia.supervisor.policy.Survey;
import io.vigia.supervisor.policy.SurveyRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a survey waits for a worker for, and what not. */
class SurveysTest {
    private static final CgroupPath INIT = new CgroupPath("/init.scope");

    private final FakeCgroups cgroups = new FakeCgroups();
    private final GroupTable table = new GroupTable();
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupWorkers workers = new GroupWorkers(vertx, 1, 100);
    private final CountDownLatch held = new CountDownLatch(1);
    private final Machine machine = new Machine();
    private Surveys surveys;

    @BeforeEach
    void holdTheOnlyWorker() {
        Signaller signaller = new Signaller(cgroups, new JnaSyscalls());
        Enforcement enforcement = new Enforcement(cgroups.own(), List.of(), List.of(), path -> false);
        surveys = new Surveys(loop, table, new Unlabelled(), enforcement, cgroups, workers, signaller, machine);
        workers.submit(() -> held.await(60, TimeUnit.SECONDS));
    }

    @AfterEach
    void stop() throws Exception {
        held.countDown();
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void readsAFewLimitsAtOnce() throws Exception {
        machine.seen = new Surveys.Init(INIT);
        Answer answer = survey("/batch*", Set.of(LimitFile.CPU_MAX), false, groups(4));
        assertThat(answer.atOnce).isTrue();
        assertThat(answer.survey.guards().init()).isEqualTo(INIT);
        assertThat(answer.survey.candidates())
                .hasSize(4)
                .allSatisfy(candidate -> assertThat(candidate.limits())
                        .containsEntry(LimitFile.CPU_MAX, Reading.known(LimitFile.CPU_MAX.kernelDefault())));
    }

    @Test
    void leavesToAWorkerWherePidOneIsUntilItIsKnown() throws Exception {
        Answer answer = survey("/batch*", Set.of(LimitFile.CPU_MAX), false, groups(1));
        assertThat(answer.atOnce).isFalse();
        assertThat(answer.survey.guards().init()).isEqualTo(INIT);
    }

    @Test
    void leavesManyGroupsToAWorker() throws Exception {
        machine.seen = new Surveys.Init(INIT);
        Answer answer = survey("/batch*", Set.of(LimitFile.CPU_MAX), false, groups(5));
        assertThat(answer.atOnce).isFalse();
        assertThat(answer.survey.candidates()).hasSize(5);
    }

    @Test
    void leavesProcessesToAWorker() throws Exception {
        machine.seen = new Surveys.Init(INIT);
        assertThat(survey("/batch*", Set.of(), true, groups(1)).atOnce).isFalse();
    }

    @Test
    void looksAtManyGroupsAtOnceAndOnlyAtWhatIsAskedFor() throws Exception {
        GroupEntry first = groups(100);
        List<Optional<Sample>> answers = loop.await(() -> {
            List<Future<Optional<Sample>>> all = table.all().stream()
                    .map(entry -> surveys.sampleSoon(entry, Set.of(Sample.Part.MEMORY, Sample.Part.LIMITS)))
                    .map(sample -> sample.map(Optional::of).otherwise(Optional.empty()))
                    .toList();
            // These cgroups throw where there is none; that is no concern of the others.
            cgroups.remove(first.path);
            held.countDown();
            return Future.all(all).map(done -> done.<Optional<Sample>>list());
        });
        List<Sample> samples = answers.stream().flatMap(Optional::stream).toList();
        assertThat(samples).hasSize(99);
        assertThat(samples).allSatisfy(sample -> {
            assertThat(sample.limits()).containsOnlyKeys(LimitFile.MEMORY_MAX, LimitFile.MEMORY_HIGH);
            assertThat(sample.pids()).isEqualTo(Reading.unknown("not asked for"));
            assertThat(sample.hostMemoryBytes()).isEqualTo(Reading.unknown("not asked for"));
            assertThat(sample.pressure()).isEmpty();
        });
    }

    private GroupEntry groups(int count) {
        for (int i = 0; i < count; i++) {
            FakeCgroups.FakeCgroup group = cgroups.add("/batch" + i);
            table.put(group.path(), group.id());
        }
        return Objects.requireNonNull(table.get(new CgroupPath("/batch0")));
    }

    private record Answer(boolean atOnce, Survey survey) {}

    private Answer survey(String victims, Set<LimitFile> limits, boolean members, GroupEntry target) throws Exception {
        SurveyRequest request = new SurveyRequest(
                1, false, new PolicySpec.Target(Glob.ofPath(victims), Map.of()), limits, false, members);
        Supplier<Future<Answer>> ask = () -> {
            Future<Survey> survey = surveys.survey(target, request, List.of());
            boolean atOnce = survey.isComplete();
            held.countDown();
            return survey.map(answered -> new Answer(atOnce, answered));
        };
        return loop.await(ask);
    }

    private static final class Unlabelled implements LabelledGroups {
        @Override
        public Map<String, String> labels(GroupEntry entry) {
            return Map.of();
        }

        @Override
        public boolean isManaged(GroupEntry entry) {
            return false;
        }
    }

    private static final class Machine implements Surveys.Host {
        private Surveys.@Nullable Init seen;

        @Override
        public Reading<Long> memoryTotalBytes() {
            return Reading.known(1L << 30);
        }

        @Override
        public CgroupPath initCgroup() {
            return INIT;
        }

        @Override
        public Surveys.@Nullable Init initSeen() {
            return seen;
        }

        @Override
        public Candidate.@Nullable Member member(int pid) {
            return null;
        }
    }
}
