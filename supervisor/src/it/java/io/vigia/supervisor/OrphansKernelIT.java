package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** vigia where orphans become its children: as a subreaper, as it is in an init's place. */
class OrphansKernelIT {
    @TempDir
    Path stateDir;

    private final JnaProcessCalls calls = new JnaProcessCalls(new JnaSyscalls());
    private RunningNode node;

    @BeforeEach
    void start() throws Exception {
        RealCgroups.assumeRoot();
        calls.setSubreaper(true);
        node = new RunningNode(stateDir, "vigia-it-" + ProcessHandle.current().pid() + "-orphans");
        node.follow();
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) {
            node.close();
            calls.setSubreaper(false);
        }
    }

    @Test
    void reapsDaemonsThatForkedTwiceAndTakesNoStatusThatIsWaitedFor() throws Exception {
        Path daemon = stateDir.resolve("daemon");
        Path go = stateDir.resolve("go");
        put(
                "daemons",
                "(setsid sh -c 'echo $$ > " + daemon + "; while [ ! -e " + go
                        + " ]; do sleep 0.05; done; exit 9' &); exec sleep 600");
        await().atMost(Patience.of(30)).until(() -> Files.exists(daemon) && Files.size(daemon) > 1);
        int pid = Integer.parseInt(Files.readString(daemon).strip());
        await().atMost(Patience.of(30))
                .until(() -> parentOf(pid) == ProcessHandle.current().pid());
        assertThat(node.request(HttpMethod.GET, "/api/v1/groups/daemons/processes", null, null)
                        .body())
                .as("it belongs to its group still")
                .contains("\"pid\":" + pid);

        Files.createFile(go);
        Process jvms = new ProcessBuilder("sh", "-c", "exit 7").start();
        put("short", "exit 5");
        JsonObject end = node.event(
                "container.exited", data -> data.getInteger("restarts") == 0 && data.containsKey("exitCode"));
        assertThat(end.getJsonObject("data").getInteger("exitCode")).isEqualTo(5);
        assertThat(jvms.waitFor(Patience.seconds(30), TimeUnit.SECONDS)).isTrue();
        assertThat(jvms.exitValue()).isEqualTo(7);
        await().atMost(Patience.of(30)).until(() -> !Files.exists(Path.of("/proc/" + pid)));
    }

    private void put(String name, String script) throws Exception {
        String manifest = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              containers:
                - name: main
                  command: [sh, -c, "%s"]
                  restart: {policy: never}
                  stop: {grace: 1s}
            """, name, script);
        node.create("groups/" + name, manifest);
    }

    /** 0 when it is gone. */
    private static long parentOf(int pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(0L);
    }
}
