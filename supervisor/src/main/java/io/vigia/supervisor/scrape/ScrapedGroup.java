package io.vigia.supervisor.scrape;

import io.vigia.kernel.cgroup.CgroupMeter;
import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.process.ProcessNetwork;
import io.vigia.metrics.DeviceNames;
import io.vigia.metrics.GroupLabels;
import io.vigia.metrics.GroupSample;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is kept of a group from one scrape to the next. The scraping thread only, but for {@link #close}. */
final class ScrapedGroup {
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    final CgroupNumbers numbers = new CgroupNumbers();
    final PodNames.@Nullable Member pod;

    private final CgroupMeter meter;
    private final String id;
    private final long startMillis;
    private GroupLabels labels;
    private int seenProcess = -1;
    private long seenSince;
    private long namespace = -1;
    private long namespaceSince;
    private boolean namespaceKnown;

    /** @param startMillis -1 when it was there before us: then what the file system knows has to do */
    ScrapedGroup(CgroupMeter meter, String id, long startMillis, PodNames.@Nullable Member pod) {
        this.meter = meter;
        this.id = id;
        this.startMillis = startMillis >= 0 ? startMillis : meter.madeMillis();
        this.pod = pod;
        this.labels = new GroupLabels(id, "", "", null);
    }

    /** {@code false} when it is gone. */
    boolean read(CgroupMeter.Told told) {
        return meter.read(numbers, told);
    }

    /** What the last reading did not get, in words: {@link CgroupMeter#refused}. */
    @Nullable
    String refused() {
        return meter.refused();
    }

    /**
     * Of the group's first process; -1 where it is the host's. A process enters its namespace soon after its cgroup, if at all,
     * so one that has stayed in the host's is looked at once a minute only.
     */
    long ownNamespace(ProcessNetwork network, long nanos) {
        int pid = firstProcess();
        if (pid <= 0) {
            return -1;
        }
        if (pid != seenProcess) {
            seenProcess = pid;
            seenSince = nanos;
            namespaceKnown = false;
        }
        if (!namespaceKnown || namespace >= 0 || nanos - namespaceSince > LOOK_AGAIN_NANOS) {
            namespace = network.ownNamespace(pid);
            namespaceSince = nanos;
            namespaceKnown = nanos - seenSince > SETTLED_NANOS;
        }
        return namespace;
    }

    /** -1 where there is none. */
    int firstProcess() {
        return numbers.get(CgroupNumber.PROCESSES) > 0 ? (int) numbers.get(CgroupNumber.FIRST_PROCESS) : -1;
    }

    GroupSample sample(String name, GroupLabels.@Nullable Pod named, DeviceNames devices) {
        if (!labels.name().equals(name) || !Objects.equals(labels.pod(), named)) {
            labels = new GroupLabels(id, name, "", named);
        }
        return new GroupSample(labels, numbers, startMillis, devices);
    }

    /** Any thread. */
    void close() {
        meter.close();
    }
}
