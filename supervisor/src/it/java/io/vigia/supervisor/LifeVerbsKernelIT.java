package io.vigia.supervisor;

import static io.vigia.supervisor.Verbs.NOT_FOUND;
import static io.vigia.supervisor.Verbs.REFUSED;
import static io.vigia.supervisor.Verbs.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.Verbs.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The client's verbs that begin, halt and end what is in a group, from {@code apply} to {@code delete}. */
class LifeVerbsKernelIT extends VerbsHost {
    private static final String JSON = "Content-Type: application/json";

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
        ProcessHandle main = vigia.awaitRunning("told", 0);

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
        ProcessHandle first = vigia.awaitRunning("again", 0);

        assertThat(vigia.ask("restart", "again")).isEqualTo(done(id + " restarting"));
        ProcessHandle second = vigia.awaitRunning("again", first.pid());
        assertThat(first.isAlive()).isFalse();
        assertThat(vigia.container("again").getInteger("restarts")).isZero();

        assertThat(vigia.ask("kill", "again", "--signal", "KILL")).isEqualTo(done(id + " signalled"));
        vigia.awaitRunning("again", second.pid());
        assertThat(second.isAlive()).isFalse();
        JsonObject killed = vigia.container("again");
        assertThat(killed.getInteger("restarts")).isOne();
        assertThat(killed.getJsonObject("lastExit").getInteger("signal")).isEqualTo(9);

        assertThat(vigia.ask("stop", "again")).isEqualTo(done(id + " stopping"));
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.container("again").getString("state").equals("stopped"));
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
        ProcessHandle first = vigia.awaitRunning("two", 0);
        await().atMost(VigiaProcess.BOUND).until(() -> host.isPopulated("two/side"));
        List<Integer> side = host.pids("two/side");
        String id = host.parent + "/two/main";

        assertThat(vigia.ask("stop", "two/main", "--dry-run")).isEqualTo(done(id + " stopping (dry run)"));
        assertThat(vigia.ask("restart", "two/main")).isEqualTo(done(id + " restarting"));
        ProcessHandle second = vigia.awaitRunning("two", first.pid());
        assertThat(vigia.ask("kill", "/" + id, "--signal", "KILL")).isEqualTo(done(id + " signalled"));
        vigia.awaitRunning("two", second.pid());
        assertThat(vigia.ask("stop", id)).isEqualTo(done(id + " stopping"));
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.container("two").getString("state").equals("stopped"));
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
        assertThat(vigia.container("pair").getString("state")).isEqualTo("running");
        assertThat(host.isPopulated("pair")).isTrue();
        assertThat(host.vigia().events("container.exited")).isEmpty();
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

    private static String commandLine(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
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
}
