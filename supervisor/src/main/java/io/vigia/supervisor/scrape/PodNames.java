package io.vigia.supervisor.scrape;

import io.vigia.kernel.cgroup.CgroupMaker;
import io.vigia.kernel.cgroup.MakerRecogniser;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.metrics.GroupLabels;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of Kubernetes' pods and containers from the node's own folders, read-only and without asking the API server:
 * kubelet makes {@code pods/NAMESPACE_POD_UID/CONTAINER} and, for each container, a link {@code
 * containers/POD_NAMESPACE_CONTAINER-ID.log}. Folders are listed once a round at most, and only for a pod that is not
 * known yet. Blocking, one thread at a time.
 */
public final class PodNames {
    private static final int ID_LENGTH = 64;

    private final Path pods;
    private final Path containers;
    private final Map<String, Pod> byUid = new HashMap<>();
    private final Map<String, String> containerById = new HashMap<>();
    private boolean podsListed;
    private boolean containersListed;

    /** @param logs {@code /var/log} on a node */
    public PodNames(Path logs) {
        this.pods = logs.resolve("pods");
        this.containers = logs.resolve("containers");
    }

    private record Pod(String namespace, String name, Path folder) {}

    /**
     * A cgroup of a pod.
     *
     * @param container the runtime's id, empty for the pod's own cgroup
     */
    record Member(String uid, String container, CgroupId id) {}

    /** What the path says; {@code null} for a group that is not of a pod. Pure. */
    static @Nullable Member member(CgroupPath path, CgroupId id) {
        if (!path.text().contains("pod")) {
            return null;
        }
        CgroupMaker maker = MakerRecogniser.recognise(path);
        String uid = maker.details().getOrDefault("podUid", "");
        if (!maker.engine().equals("kubernetes") || uid.isEmpty()) {
            return null;
        }
        String leaf = path.name();
        String container = maker.details().getOrDefault("container", "");
        // Below a container's cgroup, and beside it, nothing has a name.
        boolean isContainer = leaf.contains(container) && !leaf.contains("conmon");
        return new Member(uid, isContainer ? container : "", id);
    }

    void beginRound() {
        podsListed = false;
        containersListed = false;
    }

    /** @param siblings all cgroups of the same pod; {@code null} when the node does not know the pod (yet) */
    GroupLabels.@Nullable Pod of(Member member, List<Member> siblings) {
        Pod pod = pod(member.uid);
        return pod == null ? null : new GroupLabels.Pod(pod.namespace, pod.name, container(pod, member, siblings));
    }

    private @Nullable Pod pod(String uid) {
        if (!byUid.containsKey(uid) && !podsListed) {
            podsListed = true;
            byUid.clear();
            for (Path folder : list(pods)) {
                String[] parts = folder.getFileName().toString().split("_", -1);
                if (parts.length == 3) {
                    byUid.put(parts[2], new Pod(parts[0], parts[1], folder));
                }
            }
        }
        return byUid.get(uid);
    }

    private String container(Pod pod, Member member, List<Member> siblings) {
        if (member.container.isEmpty()) {
            return "";
        }
        String named = byId(member.container);
        if (named != null) {
            return named;
        }
        List<Path> names = list(pod.folder);
        List<CgroupId> all = new ArrayList<>();
        siblings.stream().filter(s -> !s.container.isEmpty()).forEach(s -> all.add(s.id));
        // Without the link: one name can only mean the one container; the oldest of several is the sandbox.
        boolean isSandbox = all.size() > 1
                && member.id.equals(Collections.min(all, (a, b) -> Long.compareUnsigned(a.inode(), b.inode())));
        return names.size() == 1 && !isSandbox ? names.getFirst().getFileName().toString() : "";
    }

    private @Nullable String byId(String id) {
        if (!containerById.containsKey(id) && !containersListed) {
            containersListed = true;
            containerById.clear();
            for (Path link : list(containers)) {
                String name = link.getFileName().toString();
                int end = name.length() - ".log".length();
                int dash = end - ID_LENGTH - 1;
                int underscore = name.lastIndexOf('_', Math.max(0, dash));
                if (dash > 0 && name.endsWith(".log") && name.charAt(dash) == '-' && underscore > 0) {
                    containerById.put(name.substring(dash + 1, end), name.substring(underscore + 1, dash));
                }
            }
        }
        return containerById.get(id);
    }

    private static List<Path> list(Path folder) {
        List<Path> all = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(all::add);
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                all.clear();
            }
        }
        return all;
    }
}
