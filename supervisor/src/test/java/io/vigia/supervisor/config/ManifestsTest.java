package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.policy.Condition;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.RungAction;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    static Stream<String> good() {
        return GoodDocuments.ALL.stream();
    }

    static Stream<BadDocuments.Bad> bad() {
        return BadDocuments.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("good")
    void takesGoodDocuments(String text) {
        assertThat(Manifests.parse("f", text).diagnostics()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsItsOwnJsonAsTheSame(String text) {
        Manifests.Result first = Manifests.parse("f", text);
        String again = Stream.concat(
                        first.groups().stream().map(GroupSpec::text),
                        first.policies().stream().map(PolicySpec::text))
                .findFirst()
                .orElseThrow();
        assertThat(Manifests.parse("g", again)).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesBadDocumentsWithOneReason(BadDocuments.Bad bad) {
        Manifests.Result result = Manifests.parse("f", bad.text());
        assertThat(result.groups()).isEmpty();
        assertThat(result.policies()).isEmpty();
        assertThat(result.diagnostics().toString()).contains(bad.said());
        if (!bad.text().equals("{}")) {
            assertThat(result.diagnostics()).as("one mistake, one finding").hasSize(1);
        }
    }

    @Test
    void tellsMistakesFromTheBeginningToTheEnd() {
        Manifests.Result result = Manifests.parse("f", """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: web}
            spec:
              zzz: 1
              containers:
                - {name: a, command: [a], restart: {policy: maybe}}
              limits: {cpu.max: lots}
            """);
        assertThat(result.diagnostics()).extracting(found -> found.at().line()).containsExactly(5, 7, 8);
        assertThat(result.diagnostics().get(1).message()).endsWith("is not one of always, on-failure, never");
    }

    @Test
    void readsEveryFieldOfAGroup() {
        GroupSpec group = Manifests.parse("f", GoodDocuments.GROUP).groups().getFirst();
        assertThat(group.name()).isEqualTo("demo");
        assertThat(group.labels()).isEqualTo(Map.of("team", "web"));
        assertThat(group.limits().get(LimitFile.CPU_MAX)).isEqualTo(new LimitValue.CpuQuota(50_000, 100_000));
        assertThat(group.limits().get(LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(512L << 20));
        assertThat(group.containers().getFirst().command()).containsExactly("sleep", "1000");
        ContainerSpec web = group.containers().get(1);
        assertThat(web.env()).isEqualTo(Map.of("PORT", "8080", "DEBUG", "true", "VERSION", "1.10"));
        assertThat(web.nice()).isEqualTo(5);
        assertThat(web.restart())
                .isEqualTo(new ContainerSpec.Restart(
                        ContainerSpec.RestartPolicy.ON_FAILURE,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5),
                        5,
                        Duration.ofMinutes(1)));
        assertThat(web.stop()).isEqualTo(new ContainerSpec.Stop(2, Duration.ofSeconds(3)));
        assertThat(web.dependsOn())
                .containsExactly(new ContainerSpec.Dependency("db", ContainerSpec.Dependency.Condition.STARTED));
    }

    @Test
    void readsEveryFieldOfAPolicy() {
        PolicySpec policy =
                Manifests.parse("f", GoodDocuments.POLICY).policies().getFirst();
        assertThat(policy.when()).isInstanceOf(Condition.All.class);
        assertThat(policy.forAtLeast()).isEqualTo(Duration.ofSeconds(5));
        assertThat(policy.ladder()).hasSize(6);
        assertThat(policy.ladder().get(2).action())
                .isEqualTo(new RungAction.Raise(LimitFile.MEMORY_HIGH, 0.2, 0, 1L << 30));
        assertThat(policy.ladder().get(2).waitFor()).isEqualTo(Duration.ofSeconds(10));
        assertThat(policy.ladder().get(3).waitFor()).isEqualTo(Duration.ofSeconds(3));
        assertThat(policy.relief()).isEqualTo(new PolicySpec.Relief(0.05, Duration.ofSeconds(10)));
        assertThat(policy.budget()).isEqualTo(new PolicySpec.Budget(3, Duration.ofMinutes(10)));
    }

    @Test
    void tellsAllMistakesWithTheirPlaces() {
        String text = """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: a}
            spec:
              limits: {memory.max: lots}
              containers:
                - name: b
                  command: []
                  comand: [a]
            """;
        assertThat(Manifests.parse("dir/a.yaml", text).diagnostics())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "dir/a.yaml:5:24: spec.limits[memory.max]: 'lots' is not a size: write bytes or 512Ki, 64Mi,"
                                + " 1.5G",
                        "dir/a.yaml:8:16: spec.containers[0].command: is empty: it needs at least a program",
                        "dir/a.yaml:9:7: spec.containers[0].comand: unknown field: did you mean 'command'?");
    }

    @Test
    void readsSeveralDocumentsAndLeavesOutEmptyOnes() {
        String text = "---\n---\n" + GoodDocuments.GROUP + "---\n# nothing\n---\n" + GoodDocuments.POLICY + "---\n";
        Manifests.Result result = Manifests.parse("f", text);
        assertThat(result.diagnostics()).isEmpty();
        assertThat(result.groups()).hasSize(1);
        assertThat(result.policies()).hasSize(1);
    }

    @Test
    void refusesTwoOfOneName() {
        String text = GoodDocuments.group("{}") + "\n---\n" + GoodDocuments.group("{}");
        Manifests.Result result = Manifests.parse("f", text);
        assertThat(result.groups()).hasSize(1);
        assertThat(result.diagnostics().toString()).contains("a second Group is named 'g', first on line 1");
    }

    @Test
    void doesNotRepeatASecretOfAWebhook() {
        String text = GoodDocuments.policy("pids: {above: 1%}", "notify: {webhook: \"http://u:hush@a/b\"}");
        assertThat(Manifests.parse("f", text).diagnostics().toString()).doesNotContain("hush");
    }
}
