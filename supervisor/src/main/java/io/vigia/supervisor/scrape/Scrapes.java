package io.vigia.supervisor.scrape;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vigia.kernel.cgroup.CgroupMeter;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.metrics.ByteText;
import io.vigia.metrics.Counters;
import io.vigia.metrics.Format;
import io.vigia.metrics.GroupSample;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.api.MetricsSource;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.model.ContainerView;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /metrics}: the loop names the groups and what it was told of them, a worker reads the rest and renders.
 * One scrape at a time, because they share descriptors and buffers; a second one waits for the first.
 */
public final class Scrapes implements MetricsSource {
    private static final double NANOS = 1e-9;

    private final Vertx vertx;
    private final KernelLoop loop;
    private final GroupTable table;
    private final ManagedGroups managed;
    private final GroupSamples samples;
    private final GroupWorkers workers;
    // In full: the interface has a type of that name.
    private final io.vigia.metrics.Exposition exposition;
    private final Counters counters;
    private final InstantSource clock;
    private final Options options;
    private final ByteText text = new ByteText();
    private Future<?> last = Future.succeededFuture();
    /** Of the loop alone. */
    private Runnable refreshGauges = () -> {};

    /**
     * @param groupLimit groups in one exposition; those that sort after are left out, so that labels stay bounded
     * @param allTold whether every change of a notifying file is told, because all groups are watched
     * @param eventsTold whether the kernel notifies {@code memory.events}, as only v2 does
     */
    public record Options(int groupLimit, BooleanSupplier allTold, boolean eventsTold) {}

    public Scrapes(
            Vertx vertx,
            KernelLoop loop,
            GroupTable table,
            ManagedGroups managed,
            GroupSamples samples,
            GroupWorkers workers,
            io.vigia.metrics.Exposition exposition,
            Counters counters,
            InstantSource clock,
            Options options) {
        this.vertx = vertx;
        this.loop = loop;
        this.table = table;
        this.managed = managed;
        this.samples = samples;
        this.workers = workers;
        this.exposition = exposition;
        this.counters = counters;
        this.clock = clock;
        this.options = options;
    }

    @Override
    public Future<Exposition> scrape(@Nullable String accept) {
        long began = System.nanoTime();
        Format format = Format.of(accept);
        Promise<Exposition> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        synchronized (this) {
            last = last.transform(before -> scrapeNow(format, began)).onComplete(promise);
        }
        return promise.future();
    }

    private Future<Exposition> scrapeNow(Format format, long began) {
        Promise<List<GroupSamples.Known>> named = Promise.promise();
        loop.execute(() -> {
            refreshGauges.run();
            named.complete(known());
        });
        return named.future()
                .compose(groups -> workers.submit(() -> {
                    List<GroupSample> read = samples.read(groups);
                    exposition.render(read, format, clock.millis(), text);
                    Buffer body = Buffer.buffer(text.length()).appendBytes(text.bytes(), 0, text.length());
                    counters.scraped((System.nanoTime() - began) * NANOS);
                    return new Exposition(format.contentType(), body);
                }));
    }

    /** @param refresh run on the loop at the beginning of each scrape */
    public void beforeEach(Runnable refresh) {
        loop.requireInLoop();
        refreshGauges = refresh;
    }

    /** The group ended: its descriptors go. Any thread. */
    public void forget(CgroupId id) {
        samples.forget(id);
    }

    private List<GroupSamples.Known> known() {
        loop.requireInLoop();
        boolean told = options.allTold.getAsBoolean();
        Map<String, String> names = names();
        List<GroupSamples.Known> all = new ArrayList<>(Math.min(table.size(), options.groupLimit));
        for (GroupEntry entry : table.all()) {
            if (all.size() == options.groupLimit) {
                break;
            }
            all.add(new GroupSamples.Known(
                    entry.path,
                    entry.id,
                    told ? told(entry) : CgroupMeter.Told.NOTHING,
                    names.getOrDefault(entry.path.id(), ""),
                    entry.madeMillis()));
        }
        return all;
    }

    private CgroupMeter.Told told(GroupEntry entry) {
        boolean empty = entry.state() != null && !entry.state().populated();
        return new CgroupMeter.Told(
                empty,
                entry.stateChanges(),
                options.eventsTold ? entry.memoryEvents() : null,
                options.eventsTold ? entry.memoryEventsLocal() : null);
    }

    /** Managed groups are called by their name, their containers {@code GROUP/CONTAINER}. */
    private Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (String name : managed.names()) {
            var path = managed.pathOf(name);
            if (path != null) {
                names.put(path.id(), name);
            }
            for (ContainerView container : managed.containers(name)) {
                names.put(container.cgroup(), name + "/" + container.name());
            }
        }
        return names;
    }
}
