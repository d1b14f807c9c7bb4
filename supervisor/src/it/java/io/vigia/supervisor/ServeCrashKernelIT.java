package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One kill -9 of {@code vigia serve} with groups that run, and what the next one makes of them. One start of each serves all tests, as a start
 * takes long where the machine is emulated.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServeCrashKernelIT {
    private static final List<String> ALL = List.of("g/plain", "g/restarted", "g/ends", "h/plain");

    @TempDir
    static Path directory;

    private static @Nullable PolicyHost opened;
    private static final SortedMap<String, Seen> BEFORE = new TreeMap<>();

    /**
     * What identifies a container and what runs in it.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}: with the PID it names one process
     * @param cgroupId as vigia says
     * @param inode as the kernel says
     */
    private record Seen(
            int pid, long startTicks, long cgroupId, long inode, long restarts, String state, String startedAt) {}

    @BeforeAll
    static void killAndStartAgain() throws Exception {
        PolicyHost host = new PolicyHost(directory);
        opened = host;
        // The second start of one that failed at first, so that it has a number of restarts to be kept.
        String failsOnce = "[ $(wc -l <" + starts("g/restarted") + ") -gt 1 ] || exit 1; exec sleep 600";
        String ends = "until [ -e " + directory.resolve("go") + " ]; do sleep 0.1; done; exit 3";
        apply(
                host,
                "g",
                container("g/plain", "exec sleep 600"),
                container("g/restarted", failsOnce),
                container("g/ends", ends));
        apply(host, "h", container("h/plain", "exec sleep 600"));
        for (String name : ALL) {
            await().atMost(VigiaProcess.BOUND).untilAsserted(() -> {
                assertThat(view(host, name).getString("state")).isEqualTo("running");
                assertThat(lines(name)).isEqualTo(name.equals("g/restarted") ? 2 : 1);
            });
            BEFORE.put(name, seen(host, name));
        }
        assertThat(before("g/restarted").restarts()).isEqualTo(1);
        host.kill();
        host.startAgain();
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
    }

    private static PolicyHost host() {
        return Objects.requireNonNull(opened);
    }

    private static Seen before(String name) {
        return Objects.requireNonNull(BEFORE.get(name));
    }

    private static Path starts(String name) {
        return directory.resolve("starts-" + name.replace('/', '-'));
    }

    private static long lines(String name) throws IOException {
        try (var lines = Files.lines(starts(name))) {
            return lines.count();
        }
    }

    /** Leaves a line at each start. */
    private static String container(String name, String script) {
        return String.format(
                Locale.ROOT,
                "{name: %s, namespaces: [], command: [sh, -c, \"echo $$ >>%s; %s\"],"
                        + " restart: {policy: %s, backoff: 100ms..100ms}}",
                name.substring(2),
                starts(name),
                script,
                name.endsWith("ends") ? "never" : "always");
    }

    private static void apply(PolicyHost host, String name, String... containers) {
        VigiaProcess.Answer answer = host.vigia()
                .put("/api/v1/groups/" + name, String.format(Locale.ROOT, """
                    apiVersion: vigia.io/v1
                    kind: Group
                    metadata: {name: %s}
                    spec: {limits: {pids.max: 50}, containers: [%s]}
                    """, name, String.join(", ", containers)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    private static JsonObject view(PolicyHost host, String name) {
        String[] parts = name.split("/");
        return host.vigia()
                .get("/api/v1/groups/" + parts[0] + "/containers/" + parts[1])
                .json();
    }

    private static Seen seen(PolicyHost host, String name) throws IOException {
        JsonObject view = view(host, name);
        int pid = view.getInteger("pid");
        String id = view.getString("cgroup").replaceFirst("^/", "").replace("/", "%2F");
        return new Seen(
                pid,
                startTicks(pid),
                host.vigia().get("/api/v1/groups/" + id).json().getLong("cgroupId"),
                host.cgroup(name).id().inode(),
                view.getLong("restarts"),
                view.getString("state"),
                view.getString("startedAt"));
    }

    /** The name of the program, in brackets, may hold anything. */
    private static long startTicks(int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fromThird[22 - 3]);
    }

    private static void awaitAdopted(String name) {
        JsonObject unused = host().vigia()
                .event(
                        "container.adopted",
                        d -> d.getInteger("pid") == before(name).pid());
    }

    private static long told(String type) {
        return host().vigia().events(type).size();
    }

    @Test
    @Order(1)
    void adoptsTheSameProcessesInTheSameCgroups() throws Exception {
        for (String name : ALL) {
            awaitAdopted(name);
            assertThat(seen(host(), name)).as(name).isEqualTo(before(name));
        }
    }

    @Test
    @Order(2)
    void startsNothingASecondTime() throws Exception {
        for (String name : ALL) {
            awaitAdopted(name);
            assertThat(lines(name)).as(name).isEqualTo(1 + before(name).restarts());
        }
        assertThat(told("container.adopted")).isEqualTo(ALL.size());
        assertThat(told("container.started")).isEqualTo(ALL.size() + 1);
        assertThat(told("container.exited")).as("of the one that fails once").isEqualTo(1);
    }

    /** It is no child of the one that tells its end: the status comes from the proc connector or PIDFD_GET_INFO. */
    @Test
    @Order(3)
    void tellsHowAnAdoptedProcessEndedThatIsNoChild() throws Exception {
        awaitAdopted("g/ends");
        int pid = before("g/ends").pid();
        assertThat(ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid))
                .isNotEqualTo(Optional.of(host().vigia().pid()));
        Files.createFile(directory.resolve("go"));
        JsonObject end = host().vigia()
                .event("container.exited", d -> d.getString("container").equals("ends"))
                .getJsonObject("data");
        if (host().vigia().readiness("connector") == null) {
            assertThat(end.getInteger("exitCode")).as(end.encode()).isEqualTo(3);
            assertThat(end.getString("reason")).isEqualTo("exited");
            assertThat(view(host(), "g/ends").getString("state")).isEqualTo("failed");
        } else if (end.getInteger("exitCode") == null) {
            // Only PIDFD_GET_INFO could have said it, which is of Linux 6.15.
            assertThat(end.getString("reason")).isEqualTo("unknown");
        } else {
            assertThat(end.getInteger("exitCode")).isEqualTo(3);
        }
    }
}
