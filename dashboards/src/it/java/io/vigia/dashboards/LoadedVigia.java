package io.vigia.dashboards;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A vigia as its users start it, with everything going on at once: throttling, pressure, OOM kills and restarts, policies that act and
 * see relief, disk and network, and a pod as kubelet leaves it in cgroups and below {@code /var/log}.
 */
final class LoadedVigia implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/");
    private static final String POD = "2d5b1f0e-7c1a-4f5e-9d63-0a1b2c3d4e5f";
    private static final String SANDBOX = "a".repeat(64);
    private static final String APP = "b".repeat(64);
    private static final Path SCRIPTS = Path.of("src/it").toAbsolutePath();

    private final String parent = "/vigia-it-dash-" + ProcessHandle.current().pid();
    private final Cgroups cgroups;
    private final List<Process> pod = new ArrayList<>();
    private @Nullable Process process;
    private int port;

    /** @param cgroups closed with this */
    LoadedVigia(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /** When this fails, {@link #close} cleans away what was begun. */
    void start(Path folder) throws IOException {
        Path logs = podLogs(folder.resolve("log"));
        startPod(folder);
        Path manifest = Files.writeString(
                folder.resolve("load.yaml"),
                Files.readString(SCRIPTS.resolve("load.yaml"))
                        .replace("PARENT", parent)
                        .replace("SCRIPTS", SCRIPTS.toString())
                        .replace("SCRATCH", folder.toString()));
        Path log = folder.resolve("vigia.log");
        // kubelet's folders are at a fixed place: in a mount namespace of its own, vigia finds ours there.
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /var/log && exec \"$@\"",
                        logs.toString(),
                        Path.of("../vigia").toRealPath().toString(),
                        "up",
                        manifest.toString(),
                        "--listen=127.0.0.1:0",
                        "--socket=" + folder.resolve("socket"),
                        "--state-dir=" + folder.resolve("state"),
                        "--parent=" + parent)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("VIGIA_LAUNCHER", "nobuild");
        builder.environment().put("VIGIA_OBSERVE", "/," + parent + "**");
        Process vigia = builder.start();
        process = vigia;
        port = Integer.parseInt(RealPrometheus.told(vigia, log, ADDRESS));
    }

    int port() {
        return port;
    }

    /** Between them, these have everything that a single group can have. */
    List<String> groups() {
        return List.of(parent + "/shop", parent + "/shop/disk", parent + "/shop/hog", parent + "/saw", podPath());
    }

    private String podPath() {
        return parent + "/kubepods/burstable/pod" + POD;
    }

    private static Path podLogs(Path logs) throws IOException {
        Path container = logs.resolve("pods/shop_front-7d9c_" + POD + "/app");
        Files.createDirectories(container);
        Files.createDirectories(logs.resolve("containers"));
        Files.createSymbolicLink(
                logs.resolve("containers/front-7d9c_shop_app-" + APP + ".log"), container.resolve("0.log"));
        return logs;
    }

    private void startPod(Path folder) throws IOException {
        Cgroup sandbox = cgroups.create(new CgroupPath(podPath() + "/" + SANDBOX));
        Cgroup app = cgroups.create(new CgroupPath(podPath() + "/" + APP));
        app.writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuQuota(10_000, 100_000));
        app.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(64L << 20));
        pod.add(start(sandbox, List.of("unshare", "--net", "bash", SCRIPTS.resolve("net.sh") + "")));
        pod.add(start(
                app,
                List.of(
                        "sh",
                        "-c",
                        "(while :; do :; done) & exec sh \"$@\"",
                        "sh",
                        SCRIPTS.resolve("disk.sh") + "",
                        folder.resolve("pod") + "")));
    }

    private static Process start(Cgroup cgroup, List<String> command) throws IOException {
        List<String> places = new ArrayList<>(cgroup.entry().v1TasksFiles());
        places.add(cgroup.entry().v2Directory() + "/cgroup.procs");
        List<String> all = new ArrayList<>(List.of(
                "sh",
                "-c",
                "n=$1; shift; while [ $n -gt 0 ]; do echo 0 > \"$1\"; shift; n=$((n - 1)); done; exec \"$@\"",
                "sh",
                String.valueOf(places.size())));
        all.addAll(places);
        all.addAll(command);
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Stops vigia, which stops its groups; then whatever is left of a vigia that failed, and the pod. */
    @Override
    public void close() {
        if (process != null) {
            RealPrometheus.end(process);
        }
        Cgroup all = cgroups.open(new CgroupPath(parent)).orNull();
        if (all != null) {
            all.killAll();
            pod.forEach(RealPrometheus::end);
            Awaitility.await("nothing lives in " + parent)
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !populated(all));
            cgroups.remove(new CgroupPath(parent));
        }
        cgroups.close();
    }

    private static boolean populated(Cgroup cgroup) {
        Cgroup.State state = cgroup.state().orNull();
        return state != null && state.populated();
    }
}
