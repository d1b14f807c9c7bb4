package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.metrics.Counters;
import io.vigia.metrics.Format;
import io.vigia.metrics.GroupSample;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.api.MetricsSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Answers {@code /metrics}: the loop names the groups, a worker reads held descriptors and renders. */
final class Scrapes implements MetricsSource {
    private static final double NANOS = 1e-9;

    private final Vertx vertx;
    private final KernelLoop loop;
    private final GroupTable table;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    // In full: the interface has a type of that name.
    private final io.vigia.metrics.Exposition exposition;
    private final Counters counters;
    private final InstantSource clock;
    private final int groupLimit;
    // Handles keep their descriptors between scrapes, which is what makes a scrape cheap.
    private final Map<CgroupId, Cgroup> handles = new ConcurrentHashMap<>();

    /** @param groupLimit groups in one exposition; those that sort after are left out, so that labels stay bounded */
    Scrapes(
            Vertx vertx,
            KernelLoop loop,
            GroupTable table,
            Cgroups cgroups,
            GroupWorkers workers,
            io.vigia.metrics.Exposition exposition,
            Counters counters,
            InstantSource clock,
            int groupLimit) {
        this.vertx = vertx;
        this.loop = loop;
        this.table = table;
        this.cgroups = cgroups;
        this.workers = workers;
        this.exposition = exposition;
        this.counters = counters;
        this.clock = clock;
        this.groupLimit = groupLimit;
    }

    private record Named(CgroupPath path, CgroupId id) {}

    @Override
    public Future<Exposition> scrape(@Nullable String accept) {
        long began = System.nanoTime();
        Promise<List<Named>> named = ((ContextInternal) vertx.getOrCreateContext()).promise();
        loop.execute(() -> {
            List<Named> all = new ArrayList<>(Math.min(table.size(), groupLimit));
            for (GroupEntry entry : table.all()) {
                if (all.size() == groupLimit) {
                    break;
                }
                all.add(new Named(entry.path, entry.id));
            }
            named.complete(all);
        });
        return named.future()
                .compose(groups -> workers.submit(() -> {
                    Format format = Format.of(accept);
                    Instant now = clock.instant();
                    List<GroupSample> samples = new ArrayList<>(groups.size());
                    for (Named group : groups) {
                        GroupSample sample = sample(group);
                        if (sample != null) {
                            samples.add(sample);
                        }
                    }
                    String text = exposition.render(samples, format, (double) now.getEpochSecond());
                    counters.scraped((System.nanoTime() - began) * NANOS);
                    return new Exposition(format.contentType(), Buffer.buffer(text));
                }));
    }

    /** The group ended: its descriptors go. Any thread. */
    void forget(CgroupId id) {
        Cgroup handle = handles.remove(id);
        if (handle != null) {
            handle.release();
        }
    }

    private @Nullable GroupSample sample(Named group) {
        Cgroup cgroup = handles.get(group.id);
        if (cgroup == null) {
            cgroup = cgroups.open(group.path).orNull();
            if (cgroup == null || !cgroup.id().equals(group.id)) {
                return null;
            }
            handles.put(group.id, cgroup);
        }
        LimitValue cpu = cgroup.readLimit(LimitFile.CPU_MAX).orNull();
        LimitValue weight = cgroup.readLimit(LimitFile.CPU_WEIGHT).orNull();
        LimitValue memory = cgroup.readLimit(LimitFile.MEMORY_MAX).orNull();
        List<Integer> processes = cgroup.processes().orNull();
        return new GroupSample(
                group.path.text(),
                "",
                "",
                null,
                cgroup.usage(),
                cpu instanceof LimitValue.CpuQuota quota ? quota.quotaUsec() : -1,
                cpu instanceof LimitValue.CpuQuota quota
                        ? quota.periodUsec()
                        : cpu instanceof LimitValue.CpuUnlimited(long period) ? period : -1,
                weight instanceof LimitValue.Weight(int value) ? value * 1024L / 100 : -1,
                memory instanceof LimitValue.Amount(long bytes) ? bytes : memory instanceof LimitValue.Max ? 0 : -1,
                processes == null ? -1 : processes.size(),
                -1);
    }
}
