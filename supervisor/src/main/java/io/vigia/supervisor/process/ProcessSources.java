package io.vigia.supervisor.process;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.kmsg.KernelLog;
import io.vigia.kernel.link.LinkWatcher;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.ProcConnector;
import io.vigia.kernel.process.ProcScanner;
import io.vigia.kernel.sys.ProcessCalls;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources that tell of processes and interfaces: proc connector (or looks into {@code /proc} where it is silent), kernel
 * log, rtnetlink. What is missing is said and lived with. Kernel-loop thread only.
 */
public final class ProcessSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSources.class);
    private static final long SCAN_MILLIS = 1_000;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final ProcessCalls calls;
    private final GroupWorkers workers;
    private final Consumer<KernelEvent> sink;
    private final Runnable reconcile;
    private final Map<String, Support> found = new ConcurrentHashMap<>();
    private @Nullable ProcConnector connector;
    private @Nullable ProcScanner scanner;
    private @Nullable KernelLog log;
    private @Nullable LinkWatcher links;

    /** @param reconcile looks into {@code /proc} again, after messages were lost that are not counted yet */
    public ProcessSources(
            KernelLoop loop,
            Syscalls syscalls,
            ProcessCalls calls,
            GroupWorkers workers,
            Consumer<KernelEvent> sink,
            Runnable reconcile) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.calls = calls;
        this.workers = workers;
        this.sink = sink;
        this.reconcile = reconcile;
    }

    /** Opens what this host has; what is missing is logged and in {@link #support()}. */
    public void start() {
        loop.requireInLoop();
        connector = ProcConnector.start(
                loop, syscalls, ProcConnector.DEFAULT_BUFFER_BYTES, sink, this::lost, this::connectorProbed);
        log = KernelLog.start(loop, syscalls, calls, sink, support -> said("kmsg", support));
        links = LinkWatcher.start(loop, syscalls, sink, support -> said("links", support));
    }

    // What is counted is told as an event, too, and reconciled by who is told of that.
    private void lost(long count) {
        if (count == 0) {
            reconcile.run();
        }
    }

    private void connectorProbed(Support support) {
        said("connector", support);
        if (!support.usable()) {
            scanner = new ProcScanner(
                    loop,
                    task -> workers.submit(() -> {
                                task.run();
                                return null;
                            })
                            .onFailure(e -> LOG.warn("a look into /proc failed: {}", e.toString())),
                    SCAN_MILLIS,
                    sink);
            scanner.start();
        }
    }

    /** Takes what the kernel has told of processes by now, ahead of the loop. Kernel loop. */
    public void readNow() {
        if (log != null) {
            log.readNow();
        }
        if (connector != null) {
            connector.readNow();
        }
    }

    /** Whether the kernel tells every exit; not before it has answered. */
    public boolean exitsAreTold() {
        Support connector = found.get("connector");
        return connector != null && connector.usable();
    }

    private void said(String source, Support support) {
        found.put(source, support);
        switch (support) {
            case Support.Available available -> LOG.debug("{}: {}", source, available.detail());
            case Support.Degraded(String lost, String remedy) -> LOG.warn("{}: {}; {}", source, lost, remedy);
            case Support.Missing(String cause, String remedy) -> LOG.warn("{}: {}; {}", source, cause, remedy);
        }
    }

    /** What each source can do here, as far as it has answered. Any thread. */
    public Map<String, Support> support() {
        return new LinkedHashMap<>(found);
    }

    @Override
    public void close() {
        closeQuietly(connector);
        closeQuietly(scanner);
        closeQuietly(log);
        closeQuietly(links);
    }

    private static void closeQuietly(@Nullable AutoCloseable source) {
        if (source != null) {
            try {
                source.close();
            } catch (Exception e) {
                LOG.debug("a source could not be closed", e);
            }
        }
    }
}
