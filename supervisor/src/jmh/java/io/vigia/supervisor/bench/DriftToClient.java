package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * From somebody else's write of a limit to the frame of {@code limits.drifted} at a WebSocket client: the group's file read again, compared,
 * journalled and sent; beside a C program that only reads and sends.
 */
public final class DriftToClient {
    private static final int COUNT = 500;
    private static final int COLD = 50;

    private DriftToClient() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "DriftToClient",
                "./vigia serve; one C program writes the quota of a CPU, another each time, and stamps the frame that"
                        + " tells it, "
                        + COUNT + " writes of 20 ms apart; the floor is inotify, one read and one frame, in C");
        try (Workplace place = new Workplace()) {
            CProgram client = CProgram.compile(place.folder, "driftclient");
            CgroupPath group = place.parent.child("drifts");
            var unused = place.cgroups.create(group);
            boolean unified = place.cgroups.kind() == HierarchyKind.UNIFIED;
            Path file = Objects.requireNonNull(place.directory(group, "cpu"), "no cpu controller here")
                    .resolve(unified ? "cpu.max" : "cpu.cfs_quota_us");
            String after = unified ? " 100000" : "";

            List<Long> floor;
            Process server = CProgram.compile(place.folder, "driftfloor").start(file.toString());
            try (BufferedReader out = server.inputReader()) {
                floor = latencies(client, out.readLine(), file, after);
            } finally {
                server.destroyForcibly();
            }
            List<Long> vigia;
            String config = "observe: [\"" + group.text() + "\"]\nenforce: [\"" + group.text() + "\"]\n";
            Path folder = Files.createDirectories(place.folder.resolve("served"));
            List<String> options = List.of("--parent", place.parent.child("own").text());
            try (Served served = Served.start(List.of(), folder, config, options, Map.of())) {
                vigia = latencies(client, Integer.toString(served.port()), file, after);
            }
            Spread least = Spread.of(floor);
            Spread warm = Spread.of(vigia.subList(COLD, vigia.size()));
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, inotify, read and frame"));
            Machine.say(Spread.of(vigia.subList(0, COLD)).row("vigia limits.drifted, first " + COLD));
            Machine.say(warm.row("vigia limits.drifted, after"));
            Machine.say("ratio of p99 to the floor: " + Spread.ratio(warm.p99(), least.p99()) + " (p50 "
                    + Spread.ratio(warm.p50(), least.p50()) + "); load average at the end " + Machine.load());
        }
    }

    private static List<Long> latencies(CProgram client, String port, Path file, String after) throws Exception {
        List<String> lines = client.run(50, List.of(), port, file.toString(), Integer.toString(COUNT), "", after);
        return lines.stream().map(Long::parseLong).toList();
    }
}
