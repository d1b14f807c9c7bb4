package io.vigia.supervisor;

import static io.vigia.supervisor.Verbs.INTERRUPTED;
import static io.vigia.supervisor.Verbs.NOT_FOUND;
import static io.vigia.supervisor.Verbs.REFUSED;
import static io.vigia.supervisor.Verbs.USAGE;
import static io.vigia.supervisor.Verbs.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.Verbs.Said;
import io.vigia.supervisor.cli.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the client's verbs tell: how a group stands, what happened to it, and why they do not do what they were asked to. */
class TellingVerbsKernelIT extends VerbsHost {
    @Test
    void describesAGroup() {
        host.group("shown", PolicyHost.IDLE, "pids.max: 50");
        Said page = vigia.ask("describe", "group", "shown");
        assertThat(page.code()).isZero();
        assertThat(page.out().lines())
                .anyMatch(line -> line.equals(host.parent + "/shown: running, made by vigia, managed"))
                .anyMatch(line -> line.matches("  pids\\.max +50"))
                .anyMatch(line -> line.matches("  processes +1"))
                .anyMatch(line -> line.matches("  cpu +some [0-9.]+% .*"))
                .anyMatch(line -> line.matches("  shown +main +running +\\d+ +0 +-"))
                .anyMatch(line -> line.endsWith("container main started as process "
                        + vigia.container("shown").getInteger("pid")));
        assertThat(vigia.ask("get", "groups", "shown", "-o", "yaml").out()).contains("pids.max: 50");
    }

    @Test
    void tellsWhatHappened() {
        host.group("heard", PolicyHost.IDLE, "pids.max: 50");
        String group = "/" + host.parent + "/heard";
        Said lines = vigia.ask("events", "--since", "1h", "--type", "container.*", "--group", group, "-o", "json");
        assertThat(lines.code()).isZero();
        List<JsonObject> events = lines.out().lines().map(JsonObject::new).toList();
        assertThat(events.stream().map(event -> event.getString("type")))
                .containsExactly("io.vigia.container.created", "io.vigia.container.started");
        assertThat(vigia.ask(
                                "events",
                                "--since",
                                events.getFirst().getString("sequence"),
                                "--type",
                                "container.*",
                                "--group",
                                group)
                        .out()
                        .lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("  #" + events.getLast().getString("sequence") + "  " + host.parent
                                + "/heard  container main started as process "));
        // Of its root process the kernel told, too.
        host.end("heard");
        host.vigia().event("process.exited", data -> true);
        host.vigia().event("container.exited", data -> true);
        assertThat(vigia.ask("events", "--group", group + "/**," + group).out())
                .contains("  container main ")
                .doesNotContain("  process ");
        assertThat(vigia.ask("events", "--group", group + "/**," + group, "--type", "process.*")
                        .out())
                .contains("  process ");
        assertThat(vigia.ask("events", "--group", group + "/**," + group, "-o", "json")
                        .out())
                .contains("io.vigia.process.exited");
        Said ahead = vigia.ask("events", "--since", "999999999");
        assertThat(ahead.code()).isEqualTo(NOT_FOUND);
        assertThat(ahead.out()).isEmpty();
    }

    @Test
    void explainsADecision() {
        host.group("busy", PolicyHost.IDLE, "pids.max: 4");
        host.policy("busy", "{pids: {above: 20%}}", "notify: {}");
        String decision = host.acted().getString("id");
        Said page = vigia.ask("explain", decision);
        assertThat(page.code()).isZero();
        assertThat(page.out().lines())
                .anyMatch(line -> line.startsWith("Decision " + decision + ", "))
                .contains("Policy   p, mode enforce", "Group    " + host.parent + "/busy")
                .anyMatch(line -> line.startsWith("Outcome  done"));
        JsonObject json = vigia.ask("explain", decision, "-o", "json").json();
        assertThat(json.getString("policy")).isEqualTo("p");
        assertThat(vigia.ask("explain", decision, "-o", "yaml").out()).contains("policy: p\n");
        JsonObject listed =
                vigia.ask("get", "decisions", decision, "-o", "json").json();
        assertThat(listed).isEqualTo(json);
        assertThat(vigia.ask("describe", "group", "busy").out()).contains("Last decisions", decision);
    }

    @Test
    void followsUntilItIsInterrupted() throws Exception {
        Path go = files.resolve("go");
        host.group(
                "lasting",
                "[sh, -c, 'echo one; until [ -e " + go + " ]; do sleep 0.1; done; echo two; exec sleep 600']",
                "pids.max: 50");
        Path logged = files.resolve("logged");
        Path listed = files.resolve("listed");
        Path told = files.resolve("told");
        Process logs = vigia.start(logged, "logs", "-f", "lasting/main");
        Process groups = vigia.start(listed, "get", "groups", "lasting", "-w");
        Process events = vigia.start(told, "events", "-f", "--group", "/" + host.parent + "/lasting", "-o", "json");
        try {
            awaitText(logged, "one\n");
            awaitText(listed, "  running  ");
            awaitText(told, "io.vigia.stream.opened");
            Files.createFile(go);
            assertThat(vigia.ask("freeze", "lasting").code()).isZero();
            awaitText(listed, "  frozen ");
            assertThat(vigia.ask("thaw", "lasting").code()).isZero();
            awaitText(logged, "two\n");
            awaitText(told, "io.vigia.group.thawed");
            for (Process process : List.of(logs, groups, events)) {
                Launcher.interrupt(process);
                assertThat(process.waitFor(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(process.exitValue()).isEqualTo(INTERRUPTED);
            }
        } finally {
            logs.destroyForcibly();
            groups.destroyForcibly();
            events.destroyForcibly();
        }
        assertThat(Files.readString(logged)).isEqualTo("one\ntwo\n");
        assertThat(vigia.ask("logs", "lasting", "--tail", "1")).isEqualTo(done("two"));
        assertThat(Files.readString(told).lines().map(line -> new JsonObject(line).getString("type")))
                .containsExactly("io.vigia.stream.opened", "io.vigia.group.frozen", "io.vigia.group.thawed");
    }

    private static void awaitText(Path file, String text) {
        await().atMost(VigiaProcess.BOUND)
                .untilAsserted(() -> assertThat(Files.readString(file)).contains(text));
    }

    /** What a verb says that fails and prints nothing besides. */
    private String complaint(String words, int code) {
        Said said = vigia.ask(words.split(" "));
        assertThat(said.code()).as(words + ": " + said).isEqualTo(code);
        assertThat(said.out()).as(words).isEmpty();
        return said.err();
    }

    @Test
    void namesWhatIsMissing() {
        host.group("one", PolicyHost.IDLE, "pids.max: 50");
        for (String words : List.of(
                "describe group none",
                "tree none",
                "set none pids.max=3",
                "freeze none",
                "thaw none",
                "restart none",
                "stop none",
                "kill none",
                "kill none/main",
                "stop one/none",
                "restart none/main",
                "reclaim none 4Mi",
                "delete group none",
                "delete policy none",
                "explain none",
                "logs none",
                "logs none/main",
                "logs one/none")) {
            assertThat(complaint(words, NOT_FOUND))
                    .as(words)
                    .startsWith("vigia: ")
                    .contains("none")
                    .hasLineCount(1);
        }
    }

    @Test
    void refusesToTouchWhatItOnlyObserves() {
        host.group("one", PolicyHost.IDLE, "pids.max: 50");
        for (String words : List.of(
                "set GROUP pids.max=3",
                "freeze GROUP",
                "thaw GROUP",
                "restart GROUP",
                "stop GROUP",
                "kill GROUP",
                "reclaim GROUP 4Mi",
                "delete group GROUP")) {
            assertThat(complaint(words.replace("GROUP", host.parent), REFUSED))
                    .as(words)
                    .contains("observed");
        }
        VigiaProcess.Answer part =
                host.vigia().send("POST", "/api/v1/groups/" + host.parent + "%2Fone%2Fmain/stop", "");
        assertThat(part.status()).isEqualTo(409);
        assertThat(part.json().getString("detail")).contains("/one/main is a part of the managed group 'one'");
        assertThat(host.isPopulated("one")).isTrue();
    }

    @Test
    void refusesWhatIsWrittenWrong() {
        host.group("one", PolicyHost.IDLE, "pids.max: 50");
        for (String words : List.of(
                "set one pids=3",
                "set one pids.max=3 --ttl soon",
                "kill one --signal LOUD",
                "kill one --grace long",
                "logs one --tail few",
                "reclaim one much",
                "events --since yesterday",
                "events -o yaml",
                "describe policy one",
                "delete container one",
                "delete -f " + files.resolve("nothing.yaml"))) {
            assertThat(complaint(words, USAGE)).as(words).startsWith("vigia: ").hasLineCount(1);
        }
        assertThat(host.isPopulated("one")).isTrue();
        assertThat(host.limit("one", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }
}
