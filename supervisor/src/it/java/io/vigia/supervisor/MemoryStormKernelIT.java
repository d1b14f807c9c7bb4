package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.guest.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole machine runs out of memory, again and again: the kernel's OOM killer must never choose vigia, protected as its
 * service file protects it, nor take its memory while others have some, and vigia tells of every victim.
 */
class MemoryStormKernelIT {
    private static final int STORMS = 10;
    private static final int EATERS = 2;
    private static final int HUGE_KIB = 2048;
    /** What eaters find, so that a storm is over soon; everything else is set aside. */
    private static final long LEFT_KIB = 300 * 1024;

    private static final long HELD_BYTES = 96L << 20;

    private static final Path SERVICE = Path.of("src/dist/vigia.service");
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path HUGE_PAGES = Path.of("/proc/sys/vm/nr_hugepages");
    private static final Path OWN_SCORE = Path.of("/proc/self/oom_score_adj");

    private final String name = "vigia-it-" + ProcessHandle.current().pid();
    private final Path own = ROOT.resolve(name + "-own");
    private final Path load = ROOT.resolve(name + "-storm");
    private final Path beside = ROOT.resolve(name + "-beside");
    private final List<Process> eaters = new ArrayList<>();
    private String score = "0";

    @TempDir
    Path directory;

    private @Nullable VigiaProcess vigia;
    private @Nullable Process holder;

    @BeforeEach
    void onlyWhereNobodyElseIsHurt() throws IOException {
        assumeTrue(System.getProperty("vigia.test.kernel") != null, "uses up the machine's memory: only in a guest");
        score = Files.readString(OWN_SCORE);
        Files.writeString(OWN_SCORE, "-800");
        Files.createDirectory(own);
        Files.createDirectory(load);
        Files.createDirectory(beside);
        Files.writeString(load.resolve("memory.swap.max"), "0");
    }

    @AfterEach
    void clear() throws Exception {
        if (!Files.exists(load)) {
            return;
        }
        for (Process eater : eaters) {
            // Of one that does not end, the removal of its cgroup tells.
            boolean unused = eater.destroyForcibly().waitFor(Patience.seconds(20), TimeUnit.SECONDS);
        }
        Files.writeString(HUGE_PAGES, "0");
        if (vigia != null) {
            vigia.close();
        }
        Files.writeString(OWN_SCORE, score);
        Files.writeString(beside.resolve("cgroup.kill"), "1");
        if (holder != null) {
            boolean unused = holder.waitFor(Patience.seconds(20), TimeUnit.SECONDS);
        }
        await().atMost(VigiaProcess.BOUND).until(() -> number(beside.resolve("cgroup.events"), "populated") == 0);
        Files.delete(beside);
        // vigia leaves its groups running, for the next one to adopt.
        Files.writeString(own.resolve("cgroup.kill"), "1");
        Files.delete(load);
        await().atMost(VigiaProcess.BOUND).until(() -> {
            try (var inside = Files.walk(own)) {
                for (Path each : inside.filter(Files::isDirectory)
                        .sorted((a, b) -> b.compareTo(a))
                        .toList()) {
                    Files.delete(each);
                }
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void neverKillsVigiaAndNamesEveryVictim() throws Exception {
        VigiaProcess running = startAsTheServiceDoes();
        holdMemoryUnprotected();
        long before = oomKills();
        // What it has beyond that is fair game.
        long kept = Math.min(current(own), protectedBytes());
        setMemoryAside();
        for (int storm = 1; storm <= STORMS; storm++) {
            storm();
            assertThat(running.get("/livez").status())
                    .as("after storm " + storm)
                    .isEqualTo(200);
        }
        Files.writeString(HUGE_PAGES, "0");

        assertThat(ownOomKills()).isZero();
        assertThat(current(beside))
                .as("memory that is left to who is not protected")
                .isLessThan(HELD_BYTES / 4);
        assertThat(current(own)).as("memory that is left to vigia").isGreaterThan(kept - kept / 10);
        assertThat(oomKills() - before).isEqualTo((long) STORMS * EATERS);
        await().atMost(VigiaProcess.BOUND)
                .untilAsserted(() -> assertThat(running.events("oom.victim"))
                        .extracting(e -> e.getJsonObject("data").getLong("pid"))
                        .containsExactlyInAnyOrderElementsOf(
                                eaters.stream().map(Process::pid).toList()));
        assertThat(running.events("oom.victim"))
                .extracting(e -> e.getString("subject"))
                .containsOnly(load.getFileName().toString());
        assertThat(running.events("memory.oom_kill").stream()
                        .filter(e ->
                                e.getString("subject").equals(load.getFileName().toString()))
                        .filter(e -> e.getJsonObject("data").getString("scope").equals("local"))
                        .mapToLong(e -> e.getJsonObject("data").getLong("count"))
                        .sum())
                .isEqualTo((long) STORMS * EATERS);
    }

    /** With one group, so that vigia has moved into its leaf and is not what its cgroup's protection alone would protect. */
    private VigiaProcess startAsTheServiceDoes() throws IOException {
        String unit = Files.readString(SERVICE);
        Files.writeString(own.resolve("memory.min"), word(unit, "MemoryMin=(\\S+)"));
        String enter = "echo 0 >" + own + "/cgroup.procs; echo " + word(unit, "OOMScoreAdjust=(\\S+)")
                + " >/proc/self/oom_score_adj; exec \"$@\"";
        VigiaProcess started = VigiaProcess.serve(
                directory,
                directory,
                List.of("sh", "-ec", enter, "sh"),
                word(unit, "Environment=\"VIGIA_JAVA_OPTS=([^\"]+)\""),
                List.of());
        vigia = started;
        started.awaitReady();
        VigiaProcess.Answer answer = started.put("/api/v1/groups/calm", """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: calm}
            spec:
              containers:
                - {name: main, namespaces: [], command: [sleep, '600'], restart: {policy: never}}
            """);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        JsonObject unused = started.event("container.started", d -> true);
        assertThat(Files.readString(own.resolve("supervisor/memory.min")).strip())
                .isEqualTo(Files.readString(own.resolve("memory.min")).strip());
        return started;
    }

    /** As much as vigia has, idle, in a group without memory.min. */
    private void holdMemoryUnprotected() throws IOException {
        String hold = "echo 0 >" + beside + "/cgroup.procs; { head -c " + HELD_BYTES
                + " /dev/zero; exec sleep 100000; } | exec tail -n 1";
        holder = new ProcessBuilder("sh", "-ec", hold)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(VigiaProcess.BOUND).until(() -> number(beside.resolve("memory.stat"), "anon") > HELD_BYTES);
    }

    private static long current(Path group) throws IOException {
        return Long.parseLong(Files.readString(group.resolve("memory.current")).strip());
    }

    /** As the service file says it. */
    private static long protectedBytes() throws IOException {
        return Long.parseLong(word(Files.readString(SERVICE), "MemoryMin=(\\d+)M")) << 20;
    }

    private static String word(String unit, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(unit);
        assertThat(matcher.find()).as(pattern).isTrue();
        return Objects.requireNonNull(matcher.group(1));
    }

    private static void setMemoryAside() throws IOException {
        long pages = (number(Path.of("/proc/meminfo"), "MemAvailable:") - LEFT_KIB) / HUGE_KIB;
        Files.writeString(HUGE_PAGES, Long.toString(Math.max(0, pages)));
    }

    /**
     * Each fills a buffer of more than there is until the kernel ends it; the calm group's sleeper and everything else are too small
     * to be chosen.
     */
    private void storm() throws Exception {
        List<Process> now = new ArrayList<>();
        for (int i = 0; i < EATERS; i++) {
            now.add(new ProcessBuilder(
                            "sh",
                            "-ec",
                            "echo 0 >" + load + "/cgroup.procs; exec dd if=/dev/zero of=/dev/null bs=1G count=1")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        eaters.addAll(now);
        for (Process eater : now) {
            assertThat(eater.waitFor(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(eater.exitValue()).isEqualTo(128 + 9);
        }
    }

    private static long oomKills() throws IOException {
        return number(Path.of("/proc/vmstat"), "oom_kill");
    }

    private long ownOomKills() throws IOException {
        return number(own.resolve("memory.events"), "oom_kill");
    }

    private static long number(Path file, String key) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.split("\\s+"))
                .filter(words -> words[0].equals(key))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElseThrow();
    }
}
