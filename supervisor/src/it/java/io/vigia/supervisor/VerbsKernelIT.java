package io.vigia.supervisor;

import static io.vigia.supervisor.Verbs.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.Verbs.Said;
import io.vigia.supervisor.cli.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each verb of the client, carried out on the real kernel by one vigia: what it says, what it ends with, and what is so afterwards. */
class VerbsKernelIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NOT_FOUND = 3;
    private static final int REFUSED = 5;
    private static final int INTERRUPTED = 130;
    private static final String JSON = "Content-Type: application/json";

    @TempDir
    static Path stateDir;

    private static @Nullable PolicyHost shared;

    @TempDir
    private Path files;

    private PolicyHost host;
    private Verbs vigia;

    /** Not before all, where a report would not keep why a host cannot run them. */
    @BeforeEach
    void start() throws Exception {
        PolicyHost running = shared;
        if (running == null) {
            running = new PolicyHost(stateDir);
            shared = running;
        }
        host = running;
        vigia = new Verbs(host.vigia().socket());
    }

    @AfterEach
    void clear() {
        if (host != null) {
            host.clear();
        }
    }

    @AfterAll
    static void stop() {
        PolicyHost running = shared;
        if (running != null) {
            running.close();
        }
    }

    @Test
    void appliesAndDeletesWhatAFileHolds() throws Exception {
        Path file = Files.writeString(
                files.resolve("told.yaml"),
                group("told", PolicyHost.IDLE, "")
                        + """
                        ---
                        apiVersion: vigia.io/v1
                        kind: Policy
                        metadata: {name: watch}
                        spec:
                          target: {path: "/%s/told"}
                          when: {pids: {above: 90%%}}
                          ladder: [{notify: {}}]
                        """.replace("%s", host.parent).replace("%%", "%"));
        assertThat(Verbs.run("check", file.toString())).isEqualTo(done(file + ": valid"));
        assertThat(vigia.ask("apply", "-f", file.toString()))
                .isEqualTo(done("group told applied", "policy watch applied"));
        ProcessHandle main = awaitRunning("told", 0);

        assertThat(vigia.ask("delete", "-f", file.toString(), "--dry-run"))
                .isEqualTo(done("policy watch deleted (dry run)", "group told is being deleted (dry run)"));
        assertThat(vigia.ask("get", "policies", "watch", "-o", "json").json().getString("name"))
                .isEqualTo("watch");
        assertThat(main.isAlive()).isTrue();

        assertThat(vigia.ask("delete", "policy", "watch")).isEqualTo(done("policy watch deleted"));
        Said rest = vigia.ask("delete", "-f", file.toString(), "--grace", "0s");
        assertThat(rest)
                .isEqualTo(new Said(NOT_FOUND, "group told is being deleted\n", "vigia: there is no policy 'watch'\n"));
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.ask("get", "groups", "told").code() == NOT_FOUND);
        assertThat(main.isAlive()).isFalse();
        assertThat(host.isThere("told")).isFalse();
    }

    @Test
    void changesAllLimitsOrNone() {
        host.group("limited", PolicyHost.IDLE, "pids.max: 50");
        assertThat(vigia.ask("set", "limited", "pids.max=40", "cpu.max=50%"))
                .isEqualTo(done("pids.max 40", "cpu.max 50000 100000"));
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(40));
        assertThat(vigia.ask("set", host.parent + "/limited", "pids.max=30", "--dry-run"))
                .isEqualTo(done("pids.max 30 (dry run)"));
        assertThat(vigia.ask("set", "limited", "pids.max=30", "cpu.max=quick").code())
                .isEqualTo(USAGE);
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(40));
        assertThat(vigia.ask("set", "limited", "pids.max=")).isEqualTo(done("pids.max max"));
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Max());
    }

    @Test
    void lendsALimitForATime() {
        host.group("lent", PolicyHost.IDLE, "pids.max: 50");
        assertThat(vigia.ask("set", "lent", "pids.max=40", "--ttl", "1s")).isEqualTo(done("pids.max 40"));
        JsonObject back = host.vigia()
                .event("limits.changed", data -> data.getString("by").equals("lease end"))
                .getJsonObject("data");
        assertThat(back.getInteger("before")).isEqualTo(40);
        assertThat(back.getInteger("after")).isEqualTo(50);
        assertThat(host.limit("lent", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    @Test
    void refusesALimitThatWouldKill() {
        host.group(
                "big",
                "[sh, -c, '(head -c 40m /dev/zero; exec sleep 600) | dd of=/dev/null bs=200M iflag=fullblock']",
                "pids.max: 50");
        assumeTrue(
                host.limit("big", LimitFile.MEMORY_SWAP_MAX) != null,
                "this hierarchy has no memory.swap.max: what can be swapped out would not be killed");
        await().atMost(VigiaProcess.BOUND).until(() -> host.memory("big") > 36L << 20);
        Said said = vigia.ask("set", "big", "pids.max=40", "memory.max=8Mi", "memory.swap.max=0");
        assertThat(said.code()).isEqualTo(REFUSED);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .startsWith("vigia: memory.max 8388608 is below")
                .contains("would kill")
                .hasLineCount(1);
        assertThat(host.limit("big", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Max());
        assertThat(host.limit("big", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    @Test
    void saysThatTheHierarchyLacksALimit() {
        host.group("plain", PolicyHost.IDLE, "pids.max: 50");
        assumeTrue(host.limit("plain", LimitFile.MEMORY_HIGH) == null, "this hierarchy has memory.high");
        Said said = vigia.ask("set", "plain", "pids.max=40", "memory.high=64Mi");
        assertThat(said.code()).isEqualTo(FAILED);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .startsWith("vigia: memory.high is not supported here: ")
                .hasLineCount(1);
        assertThat(host.limit("plain", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    @Test
    void freezesAndThaws() {
        host.group("cold", PolicyHost.IDLE, "pids.max: 50");
        String id = host.parent + "/cold";
        assertThat(vigia.ask("freeze", "cold", "--dry-run")).isEqualTo(done(id + " frozen (dry run)"));
        assertThat(host.frozen("cold")).isFalse();
        assertThat(vigia.ask("freeze", "cold")).isEqualTo(done(id + " frozen"));
        assertThat(host.frozen("cold")).isTrue();
        assertThat(vigia.ask("get", "groups", "/" + id, "-o", "json").json().getString("state"))
                .isEqualTo("frozen");
        assertThat(vigia.ask("thaw", id)).isEqualTo(done(id + " thawed"));
        assertThat(host.frozen("cold")).isFalse();
    }

    @Test
    void stopsAndRestartsContainers() throws Exception {
        Path file = Files.writeString(
                files.resolve("again.yaml"),
                group("again", PolicyHost.IDLE, ", restart: {policy: always, backoff: 10ms..100ms}"));
        assertThat(vigia.ask("apply", "-f", file.toString()).code()).isZero();
        host.made("again");
        String id = host.parent + "/again";
        ProcessHandle first = awaitRunning("again", 0);

        assertThat(vigia.ask("restart", "again")).isEqualTo(done(id + " restarting"));
        ProcessHandle second = awaitRunning("again", first.pid());
        assertThat(first.isAlive()).isFalse();
        assertThat(container("again").getInteger("restarts")).isZero();

        assertThat(vigia.ask("kill", "again", "--signal", "KILL")).isEqualTo(done(id + " signalled"));
        awaitRunning("again", second.pid());
        assertThat(second.isAlive()).isFalse();
        JsonObject killed = container("again");
        assertThat(killed.getInteger("restarts")).isOne();
        assertThat(killed.getJsonObject("lastExit").getInteger("signal")).isEqualTo(9);

        assertThat(vigia.ask("stop", "again")).isEqualTo(done(id + " stopping"));
        await().atMost(VigiaProcess.BOUND)
                .until(() -> container("again").getString("state").equals("stopped"));
        assertThat(host.isPopulated("again")).isFalse();
        assertThat(vigia.ask("get", "containers", "again", "-o", "json").json().getJsonArray("items"))
                .hasSize(1);
    }

    @Test
    void restartsSignalsAndStopsOneContainerOfAGroup() throws Exception {
        String both = group("two", PolicyHost.IDLE, ", restart: {policy: always, backoff: 10ms..100ms}");
        Path file = Files.writeString(
                files.resolve("two.yaml"),
                both + "    - {name: side, namespaces: [], command: " + PolicyHost.IDLE + "}\n");
        assertThat(vigia.ask("apply", "-f", file.toString()).code()).isZero();
        host.made("two");
        ProcessHandle first = awaitRunning("two", 0);
        await().atMost(VigiaProcess.BOUND).until(() -> host.isPopulated("two/side"));
        List<Integer> side = host.pids("two/side");
        String id = host.parent + "/two/main";

        assertThat(vigia.ask("stop", "two/main", "--dry-run")).isEqualTo(done(id + " stopping (dry run)"));
        assertThat(vigia.ask("restart", "two/main")).isEqualTo(done(id + " restarting"));
        ProcessHandle second = awaitRunning("two", first.pid());
        assertThat(vigia.ask("kill", "/" + id, "--signal", "KILL")).isEqualTo(done(id + " signalled"));
        awaitRunning("two", second.pid());
        assertThat(vigia.ask("stop", id)).isEqualTo(done(id + " stopping"));
        await().atMost(VigiaProcess.BOUND)
                .until(() -> container("two").getString("state").equals("stopped"));
        assertThat(host.pids("two/side")).isEqualTo(side);
    }

    @Test
    void showsTheTreeAndSignalsOneProcessOfIt() {
        host.group("tree", "[sh, -c, 'sleep 1111 & sleep 2222 & wait']", "pids.max: 50");
        Pattern lines = Pattern.compile("(\\d+) sh -c .*\n├─ (\\d+) sleep \\d+\n└─ (\\d+) sleep \\d+\n");
        String[] seen = {""};
        await().atMost(VigiaProcess.BOUND).until(() -> {
            seen[0] = vigia.ask("tree", "tree").out();
            return lines.matcher(seen[0]).matches();
        });
        var all = lines.matcher(seen[0]);
        assertThat(all.matches()).isTrue();
        assertThat(host.pids("tree/main"))
                .containsExactlyInAnyOrder(
                        Integer.valueOf(all.group(1)), Integer.valueOf(all.group(2)), Integer.valueOf(all.group(3)));

        assertThat(vigia.ask("kill", "tree", "--pid", all.group(2), "--signal", "KILL"))
                .isEqualTo(done(host.parent + "/tree signalled"));
        await().atMost(VigiaProcess.BOUND).until(() -> host.pids("tree/main").size() == 2);
        assertThat(host.pids("tree/main"))
                .containsExactlyInAnyOrder(Integer.valueOf(all.group(1)), Integer.valueOf(all.group(3)));
        // It is in another group.
        String self = Long.toString(ProcessHandle.current().pid());
        assertThat(vigia.ask("kill", "tree", "--pid", self).code()).isEqualTo(NOT_FOUND);
        assertThat(vigia.ask("kill", "tree", "--pid", "1").code()).isEqualTo(REFUSED);
    }

    @Test
    void endsOneProcessOfAContainerAndNoOther() {
        host.group("pair", "[sh, -c, '(trap \"\" TERM; exec sleep 1111) & while :; do sleep 1; done']", "pids.max: 50");
        int[] deaf = {0};
        await().atMost(VigiaProcess.BOUND).until(() -> {
            deaf[0] = host.pids("pair/main").stream()
                    .filter(pid -> commandLine(pid).equals("sleep 1111"))
                    .findFirst()
                    .orElse(0);
            return deaf[0] != 0;
        });
        String kill = "/api/v1/groups/pair/containers/main/kill";
        String one = "{\"scope\":\"process\",\"pid\":PID,\"grace\":\"300ms\"}";
        String self = Long.toString(ProcessHandle.current().pid());
        VigiaProcess.Answer elsewhere = host.vigia().send("POST", kill, one.replace("PID", self), JSON);
        assertThat(elsewhere.status()).as(elsewhere.body()).isEqualTo(404);
        assertThat(elsewhere.json().getString("field")).isEqualTo("pid");
        VigiaProcess.Answer sent = host.vigia().send("POST", kill, one.replace("PID", "" + deaf[0]), JSON);
        assertThat(sent.status()).as(sent.body()).isEqualTo(202);
        await().atMost(VigiaProcess.BOUND).until(() -> !host.pids("pair/main").contains(deaf[0]));
        assertThat(container("pair").getString("state")).isEqualTo("running");
        assertThat(host.isPopulated("pair")).isTrue();
        assertThat(host.vigia().events("container.exited")).isEmpty();
    }

    private static String commandLine(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void killsAfterTheGraceWhatIgnoresTheSignal() {
        host.group("deaf", "[sh, -c, 'trap \"\" TERM; echo up; while :; do sleep 1; done']", "pids.max: 50");
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.ask("logs", "deaf").out().equals("up\n"));
        assertThat(vigia.ask("kill", "deaf", "--grace", "100ms")).isEqualTo(done(host.parent + "/deaf signalled"));
        await().atMost(VigiaProcess.BOUND).until(() -> !host.isPopulated("deaf"));
        JsonObject end = host.vigia().event("container.exited", data -> true).getJsonObject("data");
        assertThat(end.getInteger("signal")).isEqualTo(9);
    }

    /** v1 has no {@code memory.reclaim}: there the limit is lowered for a moment, and is what it was afterwards. */
    @Test
    void reclaimsMemory() {
        host.group(
                "cache",
                "[sh, -c, 'dd if=/dev/zero of=" + stateDir.resolve("pages")
                        + " bs=1M count=48 conv=fsync 2>/dev/null; echo written; exec sleep 600']",
                "memory.max: 256Mi, pids.max: 50");
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.ask("logs", "cache/main").out().equals("written\n"));
        long before = host.memory("cache");
        assumeTrue(before > 40L << 20, "the state directory's file system has no page cache of its own");
        Said said = vigia.ask("reclaim", "cache", "16Mi");
        assertThat(said.code()).isZero();
        assertThat(said.out()).matches(Pattern.quote(host.parent + "/cache") + " gave back [1-9][0-9.]*Mi\n");
        assertThat(host.memory("cache")).isLessThan(before - (8L << 20));
        assertThat(host.limit("cache", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(256L << 20));
    }

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
                        + container("shown").getInteger("pid")));
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
            Said said = vigia.ask(words.split(" "));
            assertThat(said.code()).as(words).isEqualTo(NOT_FOUND);
            assertThat(said.out()).as(words).isEmpty();
            assertThat(said.err())
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
            Said said = vigia.ask(words.replace("GROUP", host.parent).split(" "));
            assertThat(said.code()).as(words).isEqualTo(REFUSED);
            assertThat(said.out()).as(words).isEmpty();
            assertThat(said.err()).as(words).contains("observed");
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
            Said said = vigia.ask(words.split(" "));
            assertThat(said.code()).as(words + ": " + said).isEqualTo(USAGE);
            assertThat(said.out()).as(words).isEmpty();
            assertThat(said.err()).as(words).startsWith("vigia: ").hasLineCount(1);
        }
        assertThat(host.isPopulated("one")).isTrue();
        assertThat(host.limit("one", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    /** As bash runs it when somebody presses the tabulator. */
    @Test
    void completesInARealShell() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
        Path script = Files.writeString(
                files.resolve("completion"), Verbs.run("completion", "bash").out());
        Path completed = files.resolve("completed");
        Process bash = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        ". '" + script + "'; COMP_WORDS=(vigia fre) COMP_CWORD=1; _complete_vigia;"
                                + " echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .redirectOutput(completed.toFile())
                .start();
        assertThat(bash.waitFor(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(Files.readString(completed)).isEqualTo("freeze\n");
    }

    private static String group(String name, String command, String more) {
        return """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: NAME}
            spec:
              limits: {pids.max: 50}
              containers:
                - {name: main, namespaces: [], command: COMMAND MORE}
            """.replace("NAME", name).replace("COMMAND", command).replace(" MORE", more);
    }

    private JsonObject container(String group) {
        return vigia.ask("get", "containers", group + "/main", "-o", "json").json();
    }

    /** Its root process, once it is another one than before. */
    private ProcessHandle awaitRunning(String group, long before) {
        Integer[] pid = {null};
        await().atMost(VigiaProcess.BOUND).until(() -> {
            JsonObject now = container(group);
            pid[0] = now.getInteger("pid");
            return now.getString("state").equals("running") && pid[0] != null && pid[0] != before;
        });
        return ProcessHandle.of(Objects.requireNonNull(pid[0])).orElseThrow();
    }

    private static void awaitText(Path file, String text) {
        await().atMost(VigiaProcess.BOUND)
                .untilAsserted(() -> assertThat(Files.readString(file)).contains(text));
    }
}
