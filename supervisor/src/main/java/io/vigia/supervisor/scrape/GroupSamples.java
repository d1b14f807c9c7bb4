package io.vigia.supervisor.scrape;

import io.vigia.kernel.cgroup.CgroupMeter;
import io.vigia.kernel.cgroup.CgroupMeters;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.ProcessNetwork;
import io.vigia.kernel.sys.KernelException;
import io.vigia.metrics.GroupSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads all groups of a scrape. Blocking, one round at a time; {@link #forget} on any thread. */
public final class GroupSamples implements AutoCloseable {
    private final CgroupMeters meters;
    private final ProcessNetwork network;
    private final PodNames pods;
    private final BlockDevices devices;
    private final ScrapeGaps gaps;
    private final Map<CgroupId, ScrapedGroup> groups = new ConcurrentHashMap<>();

    public GroupSamples(
            CgroupMeters meters, ProcessNetwork network, PodNames pods, BlockDevices devices, ScrapeGaps gaps) {
        this.meters = meters;
        this.network = network;
        this.pods = pods;
        this.devices = devices;
        this.gaps = gaps;
    }

    /**
     * What the loop knows of a group.
     *
     * @param name of a managed container, else empty
     * @param madeMillis -1: unknown
     */
    record Known(CgroupPath path, CgroupId id, CgroupMeter.Told told, String name, long madeMillis) {}

    /** Those that are still there and can be read, in the order given. */
    List<GroupSample> read(List<Known> all) {
        meters.beginRound();
        pods.beginRound();
        devices.beginRound();
        gaps.beginRound();
        List<Known> living = new ArrayList<>(all.size());
        List<ScrapedGroup> read = new ArrayList<>(all.size());
        for (Known known : all) {
            ScrapedGroup group = group(known);
            if (group == null) {
                continue;
            }
            if (group.read(known.told)) {
                living.add(known);
                read.add(group);
                gaps.add(group.refused());
            } else {
                forget(known.id);
            }
        }
        gaps.endRound();
        if (groups.size() > all.size()) {
            forgetOthers(all);
        }
        networks(living, read);
        Map<String, List<PodNames.Member>> members = members(read);
        List<GroupSample> samples = new ArrayList<>(read.size());
        for (int i = 0; i < read.size(); i++) {
            ScrapedGroup group = read.get(i);
            PodNames.Member member = group.pod;
            samples.add(group.sample(
                    living.get(i).name,
                    member == null ? null : pods.of(member, members.getOrDefault(member.uid(), List.of())),
                    devices));
        }
        return samples;
    }

    /** The group ended: its descriptors go. Any thread. */
    void forget(CgroupId id) {
        ScrapedGroup group = groups.remove(id);
        if (group != null) {
            group.close();
        }
    }

    // A group that ended between being named and being opened was forgotten before it was known.
    private void forgetOthers(List<Known> all) {
        Set<CgroupId> named = new HashSet<>(2 * all.size());
        all.forEach(known -> named.add(known.id));
        groups.keySet().stream().filter(id -> !named.contains(id)).toList().forEach(this::forget);
    }

    @Override
    public void close() {
        groups.keySet().forEach(this::forget);
        meters.close();
    }

    private @Nullable ScrapedGroup group(Known known) {
        ScrapedGroup group = groups.get(known.id);
        if (group != null) {
            return group;
        }
        CgroupMeter meter = open(known.path);
        if (meter == null) {
            return null;
        }
        if (!meter.id().equals(known.id)) {
            meter.close();
            return null;
        }
        ScrapedGroup made =
                new ScrapedGroup(meter, known.path.text(), known.madeMillis, PodNames.member(known.path, known.id));
        groups.put(known.id, made);
        return made;
    }

    private @Nullable CgroupMeter open(CgroupPath path) {
        try {
            return meters.open(path).orNull();
        } catch (KernelException e) {
            gaps.add(e.getMessage());
            return null;
        }
    }

    // A namespace is told of once, at the oldest of the groups that share it (for a pod: its sandbox), so that sums do
    // not count it twice.
    private void networks(List<Known> living, List<ScrapedGroup> read) {
        Map<Long, Integer> oldest = new HashMap<>();
        long now = System.nanoTime();
        for (int i = 0; i < read.size(); i++) {
            read.get(i).numbers.interfaces(List.of());
            long namespace = read.get(i).ownNamespace(network, now);
            if (namespace >= 0) {
                Integer before = oldest.get(namespace);
                if (before == null || inode(living, i) < inode(living, before)) {
                    oldest.put(namespace, i);
                }
            }
        }
        for (int index : oldest.values()) {
            ScrapedGroup group = read.get(index);
            group.numbers.interfaces(network.interfaces(group.firstProcess()));
        }
    }

    private static long inode(List<Known> groups, int index) {
        return groups.get(index).id.inode();
    }

    private static Map<String, List<PodNames.Member>> members(List<ScrapedGroup> groups) {
        Map<String, List<PodNames.Member>> byUid = new HashMap<>();
        for (ScrapedGroup group : groups) {
            PodNames.Member member = group.pod;
            if (member != null) {
                byUid.computeIfAbsent(member.uid(), uid -> new ArrayList<>()).add(member);
            }
        }
        return byUid;
    }
}
