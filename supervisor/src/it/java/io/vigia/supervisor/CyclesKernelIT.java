package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.guest.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups of every hierarchy that come and go, as the whole program sees them: it holds nothing of those that are gone. */
class CyclesKernelIT {
    /** Fewer in a guest, whose processor is emulated. */
    private static final int CYCLES = System.getProperty("vigia.test.kernel") == null ? 1_000 : 200;

    private static final int AT_ONCE = 20;
    private static final int WARM_UP = 100;

    @TempDir
    Path stateDir;

    private final CgroupPath parent =
            new CgroupPath("/vigia-it-" + ProcessHandle.current().pid() + "-cycles");

    /** What vigia holds: descriptors, and inotify watches of all of them. */
    private record Held(long descriptors, long watches) {
        static Held of(VigiaProcess vigia) {
            Path process = Path.of("/proc", Long.toString(vigia.pid()));
            return new Held(
                    names(process.resolve("fd")).size(),
                    names(process.resolve("fdinfo")).stream()
                            .mapToLong(Held::watches)
                            .sum());
        }

        private static List<Path> names(Path directory) {
            try (Stream<Path> all = Files.list(directory)) {
                return all.toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static long watches(Path fdinfo) {
            try (Stream<String> lines = Files.lines(fdinfo, StandardCharsets.ISO_8859_1)) {
                return lines.filter(line -> line.startsWith("inotify ")).count();
            } catch (IOException | UncheckedIOException e) {
                // Closed since it was listed.
                return 0;
            }
        }
    }

    @Test
    void holdsNothingOfGroupsThatAreGone() throws Exception {
        try (Cgroups cgroups = RealCgroups.open()) {
            // Nobody else's groups: they come and go while this test counts.
            List<String> around = List.of("env", "VIGIA_OBSERVE=/nobody-has-this/**");
            try (VigiaProcess vigia = VigiaProcess.serve(stateDir, around, "--parent", parent.text())
                    .awaitReady()) {
                // What is opened once, at the first group, scrape, process or container, is open afterwards.
                Held unused = cycles(vigia, cgroups, WARM_UP);
                Held before = settled(vigia);
                assertThat(before.watches()).isPositive();
                Held most = cycles(vigia, cgroups, CYCLES);
                assertThat(most.watches()).as("with groups there").isGreaterThanOrEqualTo(before.watches() + AT_ONCE);
                assertThat(most.descriptors()).isGreaterThanOrEqualTo(before.descriptors() + AT_ONCE);
                await().atMost(VigiaProcess.BOUND).untilAsserted(() -> {
                    Held now = Held.of(vigia);
                    assertThat(now.watches()).isLessThanOrEqualTo(before.watches());
                    assertThat(now.descriptors()).isLessThanOrEqualTo(before.descriptors());
                });
                assertThat(vigia.get("/metrics").body()).doesNotContain("id=\"" + parent + "/c");
            } finally {
                clear(cgroups);
            }
        }
    }

    /** The same for a while: connections are closed and workers idle. */
    private static Held settled(VigiaProcess vigia) {
        Held[] last = {Held.of(vigia)};
        int[] same = {0};
        await().atMost(VigiaProcess.BOUND).pollInterval(Duration.ofMillis(100)).until(() -> {
            Held now = Held.of(vigia);
            same[0] = now.equals(last[0]) ? same[0] + 1 : 0;
            last[0] = now;
            return same[0] >= 5;
        });
        return last[0];
    }

    /** The most that it held of both, after a scrape of all groups that are there at once. */
    private Held cycles(VigiaProcess vigia, Cgroups cgroups, int count) throws Exception {
        Held most = new Held(0, 0);
        for (int made = 0; made < count; made += AT_ONCE) {
            List<Cgroup> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(cgroups.create(parent.child("c" + (made + i))));
            }
            Cgroup peopled = all.getFirst();
            Process process = inside(peopled);
            try {
                // What the kernel told in order is seen in order: the last is there, so all are.
                soon(() -> status(vigia, all.getLast()) == 200);
                soon(() -> vigia.get("/api/v1/groups/" + id(peopled) + "/processes")
                        .body()
                        .contains("\"pid\":" + process.pid() + ","));
                String scraped = vigia.get("/metrics").body();
                assertThat(scraped).contains("id=\"" + all.getLast().path() + "\"");
                Held now = Held.of(vigia);
                most = new Held(
                        Math.max(most.descriptors(), now.descriptors()), Math.max(most.watches(), now.watches()));
                if (made % (5 * AT_ONCE) == 0) {
                    managed(vigia);
                }
            } finally {
                process.destroyForcibly();
                assertThat(process.waitFor(Patience.seconds(20), TimeUnit.SECONDS))
                        .isTrue();
            }
            soon(() -> !Objects.requireNonNull(peopled.state().orNull()).populated());
            all.forEach(each -> cgroups.remove(each.path()));
            soon(() -> status(vigia, all.getLast()) == 404);
        }
        return most;
    }

    /** In all of the group's directories, by the way that a process takes there itself. */
    private static Process inside(Cgroup cgroup) throws IOException {
        Cgroup.Entry entry = cgroup.entry();
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-ec",
                "for file in \"$@\"; do echo 0 >\"$file\"; done; exec sleep 600",
                "sh",
                entry.v2Directory() + "/cgroup.procs"));
        command.addAll(entry.v1TasksFiles());
        return new ProcessBuilder(command).start();
    }

    /** A container of vigia's own, from its start to its end. */
    private static void managed(VigiaProcess vigia) {
        assertThat(vigia.put("/api/v1/groups/m", """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: m}
            spec: {containers: [{name: a, namespaces: [], command: [sleep, '600']}]}
            """).status()).isEqualTo(201);
        soon(() -> vigia.get("/api/v1/groups/m/containers/a").body().contains("\"running\""));
        assertThat(vigia.send("DELETE", "/api/v1/groups/m?grace=0s", "").status())
                .isEqualTo(202);
        soon(() -> vigia.get("/api/v1/groups/m").status() == 404);
    }

    private static int status(VigiaProcess vigia, Cgroup cgroup) {
        return vigia.get("/api/v1/groups/" + id(cgroup)).status();
    }

    private static String id(Cgroup cgroup) {
        return cgroup.path().id().replace("/", "%2F");
    }

    /** Looks often, as it is waited for many times. */
    private static void soon(Callable<Boolean> condition) {
        await().atMost(VigiaProcess.BOUND)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    private void clear(Cgroups cgroups) {
        Cgroup left = cgroups.open(parent).orNull();
        if (left != null) {
            var unused = left.killAll();
            soon(() -> !Objects.requireNonNull(left.state().orNull()).populated());
            cgroups.remove(parent);
        }
    }
}
