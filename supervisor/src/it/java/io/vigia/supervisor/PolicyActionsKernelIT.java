package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rung of a ladder, carried out on the real kernel by one vigia. */
class PolicyActionsKernelIT extends SharedHost {
    private static final Path GENERATIONS = Path.of("/sys/kernel/mm/lru_gen/enabled");
    private static final String NO_GENERATIONS = "0x0000";

    @Test
    void tellsTheCauseBeforeTheEffect() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        host.acted();
        assertThat(Stream.of("pressure.crossed", "policy.fired", "limits.changed", "policy.acted")
                        .map(type -> host.vigia().events(type).getLast())
                        .map(event -> Long.parseLong(event.getString("sequence"))))
                .isSorted();
    }

    /** The limit is the group's, the victim is in its container. */
    @Test
    void actsOnAnOomKillInAContainer() {
        actsOnAnOomKill(host.littleMemory() + ", pids.max: 50", "");
        host.deletePolicy();
        host.awaitLeases(0);
    }

    /** The limit is the container's, the policy is on the group above: v1 notifies only where the limit is. */
    @Test
    void actsOnAnOomKillByALimitBelow() {
        actsOnAnOomKill("pids.max: 50", host.littleMemory());
    }

    /** The policy looks once a second; what the kernel says is looked at when it says so. */
    @Test
    void actsAtOnceWhenAForkIsRefused() {
        Object reaction = null;
        // That look may fall between the last fork that is allowed and the first that is not: seldom, and hardly again.
        for (int i = 0; i < 4 && reaction == null; i++) {
            host.clear();
            reaction = reactionToARefusedFork();
        }
        assertThat(reaction).as("time since the kernel's word").isNotNull();
    }

    private @Nullable Object reactionToARefusedFork() {
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("bomb", "{pids: {above: 90%}}", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        // A shell would end when it cannot fork.
        host.group("bomb", "[perl, -e, 'fork || sleep 600 for 1..6']", "pids.max: 5");
        JsonObject outcome = host.acted().getJsonObject("outcome");
        // Of the container or of its group, as the kernel's version has it, and of none above.
        assertThat(host.vigia().event("pids.max", d -> true).getString("subject"))
                .startsWith(host.parent + "/bomb");
        return outcome.getValue("reactionUsec");
    }

    private void actsOnAnOomKill(String limits, String inside) {
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.group("eater", "[sh, -c, 'while :; do sleep 1; tail /dev/zero; done']", limits, inside);
        host.policy(
                "eater",
                "{memory_event: {event: oom_kill}}",
                "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        assertThat(host.acted().getString("why")).contains("throttle");
    }

    @Test
    void freezesForABoundedTime() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "freeze: {" + host.victims("batch") + ", for: 2s}");
        host.acted();
        host.vigia().event("group.frozen", d -> true);
        host.vigia().event("group.thawed", d -> true);
        host.awaitFrozen("batch", false);
        host.awaitLeases(0);
    }

    @Test
    void thawsWhenThePolicyIsDeletedAndWhenSomebodyElseDoes() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "freeze: {" + host.victims("batch") + ", for: 10m}");
        host.acted();
        host.awaitFrozen("batch", true);
        host.deletePolicy();
        host.awaitFrozen("batch", false);

        host.policy("busy", "freeze: {" + host.victims("batch") + ", for: 10m}");
        host.awaitFrozen("batch", true);
        host.awaitLeases(1);
        var unused = host.cgroup("batch").freeze(false);
        host.awaitLeases(0);
        assertThat(host.frozen("batch")).isFalse();
    }

    @Test
    void worksWhenItIsPutAgainWhileItIsStillEnding() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group("batch", "[sh, -c, 'trap \"\" TERM; while :; do sleep 1; done']", "pids.max: 50");
        String rung = "kill: {" + host.victims("batch") + ", scope: group, grace: 4s}";
        host.policy("busy", rung);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> host.vigia().get("/api/v1/decisions").body().contains("\"status\":\"pending\""));
        // Its kill is under way for the length of the grace.
        host.deletePolicy();
        host.policy("busy", rung);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> host.vigia().events("policy.armed").size() == 2);
    }

    @Test
    void tellsThatPressureIsGoneOnceItIs() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.policy("busy", "notify: {}");
        host.vigia().event("pressure.crossed", d -> true);
        assertThat(host.vigia().events("pressure.relieved")).isEmpty();
        host.end("busy");
        host.vigia().event("pressure.relieved", d -> true);
    }

    /** Without CAP_SYS_RESOURCE the kernel takes no window of a second: what is told is the one that it took. */
    @Test
    void tellsTheTriggerThatTheKernelTook() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.policy("busy", "{pressure: {resource: cpu, kind: some, above: 10%, window: 1s}}", "notify: {}");
        JsonObject told = host.vigia().event("pressure.crossed", d -> true).getJsonObject("data");
        assertThat(told.getLong("windowUsec")).isIn(1_000_000L, 2_000_000L);
        assertThat(told.getLong("stallUsec")).isEqualTo(told.getLong("windowUsec") / 10);
    }

    /** It takes connections and never answers. All of its tries take 20 seconds and more. */
    @Test
    void climbsOnWhileAWebhookIsTried() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        List<Socket> held = new CopyOnWriteArrayList<>();
        try (ServerSocket hangs = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (held.add(hangs.accept())) {
                        tries.incrementAndGet();
                    }
                } catch (IOException e) {
                    // Closed: the test is over.
                }
            });
            host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
            host.ladder(
                    "busy",
                    "notify: {webhook: 'http://127.0.0.1:" + hangs.getLocalPort() + "/'}, wait: 1s",
                    "throttle: {" + host.victims("busy") + ", cpu.max: 30%}, wait: 60s");
            host.awaitLimit("busy", LimitFile.CPU_MAX, new LimitValue.CpuQuota(30_000, 100_000));
            assertThat(tries.get()).as("of four").isBetween(1, 3);
        } finally {
            for (Socket one : held) {
                one.close();
            }
        }
    }

    @Test
    void tellsAWebhookWhatWasDecidedAndWhere() throws Exception {
        CompletableFuture<JsonObject> told = new CompletableFuture<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            told.complete(new JsonObject(Buffer.buffer(exchange.getRequestBody().readAllBytes())));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try {
            host.group("few", PolicyHost.IDLE, "pids.max: 4");
            host.policy(
                    "few",
                    "{pids: {above: 20%}}",
                    "notify: {webhook: 'http://127.0.0.1:"
                            + receiver.getAddress().getPort() + "/'}");
            JsonObject body = told.get(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS);
            JsonObject decision = host.acted();
            assertThat(body.getString("id")).isEqualTo(decision.getString("id"));
            assertThat(body.fieldNames()).containsAll(decision.fieldNames()).contains("node");
            // A host may have a name that an address has to escape.
            String source = host.vigia().event("policy.fired", d -> true).getString("source");
            assertThat(URI.create(source).getPath()).isEqualTo("/vigia/" + body.getString("node"));
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void raisesALimitAndGivesItBack() {
        host.group("busy", BusyLoops.COMMAND, "memory.max: 64Mi, pids.max: 50");
        host.policy("busy", "raise: {file: memory.max, by: 50%, ceiling: 80Mi}");
        host.acted();
        assertThat(host.limit("busy", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(80L << 20));
        host.deletePolicy();
        host.awaitLimit("busy", LimitFile.MEMORY_MAX, new LimitValue.Amount(64L << 20));
    }

    @Test
    void raisesWhatSlowsAGroupDown() {
        host.requireUnified("v1 has no memory.high");
        // Slowed down at its limit before it has all that it asks for.
        host.group("slow", "[dd, if=/dev/zero, of=/dev/null, bs=24M, count=100000]", "memory.high: 16Mi, pids.max: 50");
        host.policy("slow", "{memory_event: {event: high}}", "raise: {file: memory.high, by: 100%, ceiling: 64Mi}");
        host.acted();
        assertThat(host.limit("slow", LimitFile.MEMORY_HIGH)).isEqualTo(new LimitValue.Amount(32L << 20));
        assertThat(host.vigia().event("memory.high", d -> true).getString("subject"))
                .startsWith(host.parent + "/slow");
        host.deletePolicy();
        host.awaitLimit("slow", LimitFile.MEMORY_HIGH, new LimitValue.Amount(16L << 20));
    }

    @Test
    void tellsThatAGroupWasKilledAsAWhole() {
        host.requireUnified("v1 has no memory.oom.group");
        host.group(
                "whole",
                "[sh, -c, 'sleep 600 & tail /dev/zero; wait']",
                host.littleMemory() + ", memory.oom.group: 1, pids.max: 50");
        host.vigia().event("oom.victim", d -> true);
        host.vigia().event("memory.oom_kill", d -> true);
        JsonObject exited = host.vigia().event("container.exited", d -> true);
        assertThat(exited.getJsonObject("data").getString("reason"))
                .as("the shell ate nothing, and went with the group")
                .isEqualTo("oom");
        // Counted since Linux 5.17.
        assertThat(host.vigia().event("memory.oom_group_kill", d -> true).getString("subject"))
                .startsWith(host.parent + "/whole");
    }

    /**
     * The multi-generational LRU swaps 64 pages at a time, and does not try with fewer left (get_swappiness() of Linux' mm/vmscan.c):
     * where it is on, as in Debian's 6.12, what is asked for here is hardly ever refused.
     */
    @Test
    void tellsThatAGroupMayNotSwapMore() throws IOException {
        host.requireUnified("v1 counts memory and swap as one");
        String before =
                Files.exists(GENERATIONS) ? Files.readString(GENERATIONS).strip() : NO_GENERATIONS;
        if (!before.equals(NO_GENERATIONS)) {
            assumeTrue(
                    System.getProperty("vigia.test.kernel") != null,
                    "the multi-generational LRU leaves the last swap alone: only in a guest is it turned off");
            Files.writeString(GENERATIONS, NO_GENERATIONS);
        }
        try {
            host.group(
                    "swaps",
                    "[sh, -c, 'sleep 1; tail /dev/zero']",
                    "memory.max: 16Mi, memory.swap.max: 1Mi, pids.max: 50");
            // Counted in the groups above, too, and told of each.
            await().atMost(VigiaProcess.BOUND)
                    .until(() -> host.vigia().events("swap.max").stream()
                            .anyMatch(event -> event.getString("subject").equals(host.parent + "/swaps")));
            host.vigia().event("memory.max", d -> true);
        } finally {
            if (!before.equals(NO_GENERATIONS)) {
                Files.writeString(GENERATIONS, before);
            }
        }
    }

    /** In a container whose controller somebody else enabled: vigia gives no limits of this kind. */
    @Test
    void tellsThatHugePagesWereRefused() throws Exception {
        host.requireUnified("v1 does not notify it");
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the number of mmap(2) is another one");
        host.group("huge", PolicyHost.IDLE, "pids.max: 50");
        Path main = host.directory("huge").resolve("main");
        Path pages = Path.of("/proc/sys/vm/nr_hugepages");
        String before = Files.readString(pages);
        Files.writeString(pages, "2");
        try {
            assumeTrue(!Files.readString(pages).strip().equals("0"), "the kernel has no two huge pages to give");
            for (Path above : host.above(main)) {
                Files.writeString(above.resolve("cgroup.subtree_control"), "+hugetlb");
            }
            Files.writeString(main.resolve("hugetlb.2MB.max"), "0");
            // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB; the kernel answers a look at it with
            // SIGBUS.
            String look =
                    "$a = syscall(9, 0, 2 << 20, 3, 0x40022, -1, 0); die $! if $a == -1; unpack(\"P1\", pack(\"q\","
                            + " $a))";
            Process refused = new ProcessBuilder(
                            "sh",
                            "-ec",
                            "echo 0 >\"$1/cgroup.procs\"; exec perl -e \"$2\"",
                            "sh",
                            main.toString(),
                            look)
                    .start();
            try {
                assertThat(host.vigia().event("hugetlb.max", d -> true).getString("subject"))
                        .isEqualTo(host.parent + "/huge/main");
            } finally {
                boolean unused = refused.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
            }
        } finally {
            Files.writeString(pages, before);
        }
    }

    @Test
    void leavesToAManifestWhatThatChangesAndNoMore() {
        host.group("busy", BusyLoops.COMMAND, "memory.max: 64Mi, pids.max: 50");
        host.policy("busy", "raise: {file: memory.max, by: 50%, ceiling: 80Mi}");
        host.acted();
        host.change("busy", BusyLoops.COMMAND, "memory.max: 64Mi, pids.max: 60");
        host.awaitLimit("busy", LimitFile.PIDS_MAX, new LimitValue.Amount(60));
        assertThat(host.limit("busy", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(80L << 20));
        host.awaitLeases(1);
        host.change("busy", BusyLoops.COMMAND, "memory.max: 96Mi, pids.max: 60");
        host.awaitLimit("busy", LimitFile.MEMORY_MAX, new LimitValue.Amount(96L << 20));
        host.awaitLeases(0);
        host.deletePolicy();
        assertThat(host.limit("busy", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(96L << 20));
    }

    @Test
    void killsTheTreeOfTheBiggestProcessAndLeavesTheRest() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        // The neighbour in the same group stays.
        host.group(
                "batch",
                "[sh, -c, 'sleep 1111 & (head -c 40m /dev/zero; exec sleep 2222) | tail & wait']",
                "memory.max: 128Mi, pids.max: 50");
        await().atMost(VigiaProcess.BOUND)
                .until(() -> Objects.requireNonNull(host.cgroup("batch")
                                        .memoryCurrentBytes()
                                        .orNull())
                                .compareTo(30L << 20)
                        > 0);
        host.policy("busy", "kill: {" + host.victims("batch") + ", rank: memory, scope: tree, grace: 0s}");
        JsonObject decision = host.acted();
        assertThat(decision.getJsonObject("outcome").getString("status")).isEqualTo("done");
        await().atMost(VigiaProcess.BOUND)
                .until(() -> commands("batch").stream().noneMatch(c -> c.startsWith("tail")));
        assertThat(commands("batch")).contains("sleep 1111");
    }

    private List<String> commands(String group) {
        return Objects.requireNonNull(host.cgroup(group + "/main").processes().orNull()).stream()
                .map(pid -> Path.of("/proc/" + pid + "/cmdline"))
                .map(PolicyActionsKernelIT::read)
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace('\0', ' ').strip();
        } catch (java.io.IOException e) {
            return "gone";
        }
    }

    @Test
    void killsTheOneThatGrowsAndNotTheOneThatIsBig() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group("fat", holding("head -c 60m /dev/zero; exec sleep 600"), "memory.max: 256Mi, pids.max: 50");
        // It has all that it will ever have.
        await().atMost(VigiaProcess.BOUND)
                .until(() -> commands("fat").contains("sleep 600")
                        && Objects.requireNonNull(host.cgroup("fat")
                                                .memoryCurrentBytes()
                                                .orNull())
                                        .compareTo(50L << 20)
                                > 0);
        host.group(
                "leak",
                holding("while :; do head -c 1m /dev/zero; sleep 0.2; done"),
                "memory.max: 256Mi, pids.max: 50");
        host.policy("busy", "kill: {" + host.victims("*a*") + ", rank: memory-growth, grace: 0s}");
        JsonObject decision = host.acted();
        assertThat(decision.encode()).contains("growth of memory.current");
        assertThat(host.vigia().event("container.exited", d -> true).getString("subject"))
                .isEqualTo(host.parent + "/leak");
    }

    /** A command that keeps in memory what a script writes. */
    private static String holding(String script) {
        return "[sh, -c, '(" + script + ") | dd of=/dev/null bs=200M iflag=fullblock']";
    }

    @Test
    void reclaimsPageCache() {
        host.group("busy", BusyLoops.COMMAND, "pids.max: 50");
        host.group(
                "cache",
                "[sh, -c, 'dd if=/dev/zero of=" + stateDir.resolve("pages")
                        + " bs=1M count=48 conv=fsync 2>/dev/null; exec sleep 600']",
                "memory.max: 256Mi, pids.max: 50");
        await().atMost(VigiaProcess.BOUND).until(() -> commands("cache").contains("sleep 600"));
        long before =
                Objects.requireNonNull(host.cgroup("cache").memoryCurrentBytes().orNull());
        org.junit.jupiter.api.Assumptions.assumeTrue(
                before > 40L << 20, "the state directory's file system has no page cache of its own");
        host.policy("busy", "reclaim: {" + host.victims("cache") + ", amount: 16Mi}");
        JsonObject decision = host.acted();
        assertThat(decision.encode()).contains("reclaimed");
        assertThat(Objects.requireNonNull(
                        host.cgroup("cache").memoryCurrentBytes().orNull()))
                .isLessThan(before - (8L << 20));
        assertThat(host.limit("cache", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(256L << 20));
    }
}
