package io.vigia.dashboards;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.dashboards.Promql.Selector;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.sys.JnaSyscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The loaded vigia and the Prometheus that scrapes it: started once, by the first test that is allowed to run. */
final class Surroundings implements AutoCloseable {
    private static final Duration WARM = Duration.ofSeconds(90);
    private static final Map<String, String> LACKING_ON_V1 =
            Map.of("container_memory_events_high_total", "cgroup v1 has no memory.high, so nothing counts its hits");

    final LoadedVigia vigia;
    final RealPrometheus prometheus;
    private final HierarchyKind hierarchy;
    private final long started = System.nanoTime();

    private Surroundings(LoadedVigia vigia, RealPrometheus prometheus, HierarchyKind hierarchy) {
        this.vigia = vigia;
        this.prometheus = prometheus;
        this.hierarchy = hierarchy;
    }

    static Surroundings start(Path folder) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "making cgroups below the root needs root");
        assumeTrue(
                Files.isExecutable(RealPrometheus.PROGRAM), "Prometheus is not installed (Debian package prometheus)");
        Cgroups found = HostCgroups.open(new JnaSyscalls()).orNull();
        assumeTrue(found != null, "this host has no cgroup v2 tree");
        Cgroups cgroups = Objects.requireNonNull(found);
        HierarchyKind kind = cgroups.kind();
        LoadedVigia vigia = new LoadedVigia(cgroups);
        RealPrometheus prometheus = null;
        try {
            vigia.start(folder);
            prometheus = new RealPrometheus(folder, vigia.port());
            await("some scrapes").atMost(WARM).until(prometheus.asked("vigia_scrape_seconds_count > 4"));
            return new Surroundings(vigia, prometheus, kind);
        } catch (Exception | Error e) {
            if (prometheus != null) {
                prometheus.close();
            }
            vigia.close();
            throw e;
        }
    }

    /** What has not happened until then does not happen any more; late comers are answered at once. */
    Duration patience() {
        Duration left = WARM.minusNanos(System.nanoTime() - started);
        return left.compareTo(Duration.ofSeconds(3)) < 0 ? Duration.ofSeconds(3) : left;
    }

    /** Why there are no such series here; {@code null} where there should be some. */
    @Nullable
    String lacking(Selector selector) {
        String metric = selector.metric();
        String reason = hierarchy == HierarchyKind.HYBRID ? LACKING_ON_V1.get(metric) : null;
        return reason == null || prometheus.answers(metric) ? null : metric + ": " + reason;
    }

    @Override
    public void close() {
        prometheus.close();
        vigia.close();
    }
}
