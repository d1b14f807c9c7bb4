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
    /** What a container has besides {@code /proc}, {@code /dev} and its root. */
    static final List<String> MOUNTS = List.of("/tmp", "/run/vigia", "/var/lib/vigia", "/sys/fs/cgroup");

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

    /** @param environment lines {@code NAME=value} */
    Program run(String name, int uid, List<String> arguments, List<String> environment)
            throws IOException, InterruptedException {
        Path bundle = Files.createDirectories(directory.resolve(name));
        Map<String, Object> pid = pidNamespaceOf == 0
                ? Map.of("type", "pid")
                : Map.of("type", "pid", "path", "/proc/" + pidNamespaceOf + "/ns/pid");
        JsonMapper.builder()
                .build()
                .writeValue(
                        bundle.resolve("config.json").toFile(),
                        Map.of(
                                "ociVersion", "1.0.2",
                                "root", Map.of("path", rootfs.toString(), "readonly", true),
                                "hostname", "pod",
                                "process",
                                        Map.of(
                                                "terminal",
                                                false,
                                                "cwd",
                                                "/",
                                                "user",
                                                Map.of("uid", uid, "gid", uid),
                                                "args",
                                                arguments,
                                                "env",
                                                environment,
                                                "capabilities",
                                                Map.of(),
                                                "noNewPrivileges",
                                                true),
                                "mounts",
                                        List.of(
                                                mount("/proc", "proc", List.of()),
                                                mount("/dev", "tmpfs", List.of("mode=755")),
                                                mount("/tmp", "tmpfs", List.of("mode=1777")),
                                                mount("/run/vigia", "tmpfs", List.of("mode=1777")),
                                                mount("/var/lib/vigia", "tmpfs", List.of("mode=1777")),
                                                Map.of(
                                                        "destination", "/sys/fs/cgroup",
                                                        "type", "bind",
                                                        "source", "/sys/fs/cgroup",
                                                        "options", List.of("rbind", "ro", "rro"))),
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

    private static Map<String, Object> mount(String destination, String type, List<String> options) {
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
