package io.vigia.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Containers as a kubelet would have runc make them: below one pod's cgroup, with one PID namespace. */
final class Pod implements AutoCloseable {
    static final String UID = "6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d";

    private final String top = "vigia-pod-" + ProcessHandle.current().pid();
    private final Path directory;
    private final Path rootfs;
    private final Deque<String> names = new ArrayDeque<>();
    private final List<Program> running = new ArrayList<>();
    private long pidNamespaceOf;

    /** @param rootfs what every container has as its root, read-only */
    Pod(Path directory, Path rootfs) {
        this.directory = directory;
        this.rootfs = rootfs;
    }

    /** The cgroup of a container, as the API names groups. */
    String group(String name) {
        return top + "/kubepods/burstable/pod" + UID + "/" + name;
    }

    /** Where the kernel has a file of a group: in the v2 tree, or beside it. */
    static Path kernelFile(String group, String name) {
        Path unified = Path.of("/sys/fs/cgroup", group, name);
        return Files.exists(unified) ? unified : Path.of("/sys/fs/cgroup/pids", group, name);
    }

    /** The cgroup of another pod, in which there may be that many processes and is none; it goes with this pod's. */
    String stranger(int pids) throws IOException {
        String group = top + "/kubepods/burstable/pod" + UID.replace('6', '7');
        boolean hybrid = Files.isDirectory(Path.of("/sys/fs/cgroup/pids"));
        for (String hierarchy : hybrid ? List.of("unified", "pids") : List.of("")) {
            Files.createDirectories(Path.of("/sys/fs/cgroup", hierarchy, group));
        }
        Files.writeString(kernelFile(group, "pids.max"), Integer.toString(pids));
        return group;
    }

    Program run(String name, ContainerConfig config) throws IOException, InterruptedException {
        Path bundle = Files.createDirectories(directory.resolve(name));
        Map<String, Object> pid = pidNamespaceOf == 0
                ? Map.of("type", "pid")
                : Map.of("type", "pid", "path", "/proc/" + pidNamespaceOf + "/ns/pid");
        List<Map<String, Object>> mounts = new ArrayList<>(
                List.of(mount("/proc", "proc", List.of()), mount("/dev", "tmpfs", List.of("mode=755"))));
        mounts.addAll(config.mounts());
        JsonMapper.builder()
                .build()
                .writeValue(
                        bundle.resolve("config.json").toFile(),
                        Map.of(
                                "ociVersion",
                                "1.0.2",
                                "root",
                                Map.of("path", rootfs.toString(), "readonly", true),
                                "hostname",
                                "pod",
                                "process",
                                config.process(),
                                "mounts",
                                mounts,
                                "linux",
                                Map.of(
                                        "cgroupsPath", "/" + group(name),
                                        "resources", Map.of(),
                                        "namespaces",
                                                List.of(
                                                        Map.of("type", "mount"),
                                                        Map.of("type", "ipc"),
                                                        Map.of("type", "uts"),
                                                        Map.of("type", "cgroup"),
                                                        pid))));
        String container = top + "-" + name;
        names.push(container);
        Program program = Program.start(Map.of(), runc("run", "--bundle", bundle.toString(), container));
        running.add(program);
        return program;
    }

    /** From now on containers share that one's PID namespace. */
    void shareProcesses(String name) throws IOException, InterruptedException {
        String state = Program.run(Map.of(), runc("state", top + "-" + name), 0);
        pidNamespaceOf = JsonMapper.builder().build().readTree(state).get("pid").asLong();
    }

    /** As kubelet runs a probe: a program in a container, as its user; what it said. */
    String exec(String name, List<String> command, int expected) throws IOException, InterruptedException {
        List<String> all = runc("exec", top + "-" + name);
        all.addAll(command);
        return Program.run(Map.of(), all, expected);
    }

    private List<String> runc(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("runc", "--root", directory.resolve("runc").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Map<String, Object> mount(String destination, String type, List<String> options) {
        return Map.of("destination", destination, "type", type, "source", type, "options", options);
    }

    @Override
    public void close() throws IOException {
        for (String name : names) {
            try (Program delete = Program.start(Map.of(), runc("delete", "--force", name))) {
                delete.waitQuietly();
            }
        }
        running.forEach(Program::waitQuietly);
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), hierarchies)
                    .toList()) {
                removeCgroups(hierarchy.resolve(top));
            }
        }
    }

    private static void removeCgroups(Path cgroup) throws IOException {
        if (Files.isDirectory(cgroup)) {
            try (Stream<Path> children = Files.list(cgroup)) {
                for (Path child : children.filter(Files::isDirectory).toList()) {
                    removeCgroups(child);
                }
            }
            Files.deleteIfExists(cgroup);
        }
    }
}
