package io.vigia.kernel.process;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the {@link ProcConnector} where the kernel does not let one listen: compares {@code /proc} with what it was.
 * Processes that live shorter than the interval are never seen, and how others ended is not known. Owned by the kernel
 * loop; reads on {@code worker}.
 */
public final class ProcScanner implements AutoCloseable {
    /** Parents before their children: where a child belongs follows from where its parent is. */
    private static final Comparator<ProcessSeen> OLDEST_FIRST =
            Comparator.comparingLong(ProcessSeen::startTicks).thenComparingInt(ProcessSeen::pid);

    private final KernelLoop loop;
    private final Executor worker;
    private final long intervalMillis;
    private final Supplier<List<ProcessSeen>> look;
    private final Consumer<KernelEvent> sink;
    private Map<Integer, ProcessSeen> last = new HashMap<>();
    private boolean first = true;
    private boolean closed;
    private KernelLoop.@Nullable Timer timer;

    /** @param sink gets forks and exits, on the loop; what is there at first gives none */
    public ProcScanner(KernelLoop loop, Executor worker, long intervalMillis, Consumer<KernelEvent> sink) {
        this(loop, worker, intervalMillis, sink, ProcessSeen::all);
    }

    ProcScanner(
            KernelLoop loop,
            Executor worker,
            long intervalMillis,
            Consumer<KernelEvent> sink,
            Supplier<List<ProcessSeen>> look) {
        this.loop = loop;
        this.worker = worker;
        this.intervalMillis = intervalMillis;
        this.sink = sink;
        this.look = look;
    }

    /** Loop thread only. */
    public void start() {
        loop.requireInLoop();
        scan();
    }

    private void scan() {
        if (!closed) {
            worker.execute(() -> {
                List<ProcessSeen> now = look.get();
                loop.execute(() -> compare(now));
            });
        }
    }

    private void compare(List<ProcessSeen> now) {
        if (closed) {
            return;
        }
        long nanos = System.nanoTime();
        Map<Integer, ProcessSeen> current = new LinkedHashMap<>(now.size() * 2);
        now.stream().sorted(OLDEST_FIRST).forEach(seen -> current.put(seen.pid(), seen));
        if (first) {
            // What was there before this process is not news; what it, or anybody, started since is.
            ProcessSeen own = current.get((int) ProcessHandle.current().pid());
            if (own != null) {
                current.values().stream()
                        .filter(seen -> seen.startTicks() > own.startTicks())
                        .forEach(seen -> sink.accept(new ProcessForked(seen.parentPid(), seen.pid(), nanos)));
            }
        } else {
            last.forEach((pid, before) -> {
                ProcessSeen after = current.get(pid);
                if (after == null || after.startTicks() != before.startTicks()) {
                    ExitStatus status = new ExitStatus.Unknown("found gone by a look into /proc");
                    sink.accept(new ProcessExited(pid, before.parentPid(), status, nanos));
                }
            });
            current.forEach((pid, after) -> {
                ProcessSeen before = last.get(pid);
                if (before == null || after.startTicks() != before.startTicks()) {
                    sink.accept(new ProcessForked(after.parentPid(), pid, nanos));
                }
            });
        }
        first = false;
        last = current;
        timer = loop.schedule(intervalMillis, this::scan);
    }

    /** Loop thread only. */
    @Override
    public void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
