package io.vigia.supervisor.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of plain files in place of cgroup v2, for a host whose v2 tree has no controllers: whoever writes such a file tells by inotify
 * what the kernel would. A command started by {@link #inside} takes it for the host's hierarchy, because in a mount namespace of its own its
 * {@code /proc/self/mountinfo} says so.
 *
 * @param folder where is what stands in for files of {@code /proc}
 * @param root the tree, in memory as the kernel's is
 */
record PlainTree(Path folder, Path root) implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String CONTROLLERS = "cpu memory pids\n";
    private static final Map<String, String> OF_EVERY_GROUP = Map.ofEntries(
            Map.entry("cgroup.events", "populated 1\nfrozen 0\n"),
            Map.entry("cgroup.freeze", "0\n"),
            Map.entry("cgroup.kill", ""),
            Map.entry("memory.current", "1048576\n"),
            Map.entry("memory.stat", "anon 1048576\nfile 0\n"),
            Map.entry("memory.max", "max\n"),
            Map.entry("memory.high", "max\n"),
            // As long as what is written there: a plain file keeps what is beyond.
            Map.entry("cpu.max", "90000 100000\n"),
            Map.entry("cpu.weight", "100\n"),
            Map.entry("cpu.stat", "usage_usec 1\nuser_usec 1\nsystem_usec 0\n"),
            Map.entry("pids.current", "1\n"),
            Map.entry("pids.max", "max\n"),
            Map.entry("pids.events", "max 0\n"));

    static PlainTree make(Path folder) throws IOException {
        PlainTree tree = new PlainTree(folder, Files.createTempDirectory(MEMORY, "vigia-bench"));
        tree.core(tree.root);
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
            Stream<String> others = mounts.filter(line -> !line.contains(" - cgroup"));
            String ours = "9999 1 0:9999 / " + tree.root + " rw - cgroup2 cgroup2 rw";
            Files.write(
                    folder.resolve("mountinfo"),
                    Stream.concat(others, Stream.of(ours)).toList(),
                    StandardCharsets.ISO_8859_1);
        }
        Files.writeString(folder.resolve("cgroup"), "0::/\n");
        return tree;
    }

    Path group(String name) throws IOException {
        Path group = Files.createDirectory(root.resolve(name));
        core(group);
        for (Map.Entry<String, String> file : OF_EVERY_GROUP.entrySet()) {
            Files.writeString(group.resolve(file.getKey()), file.getValue());
        }
        for (String file : List.of("memory.events", "memory.events.local")) {
            Files.writeString(group.resolve(file), events(0));
        }
        return group;
    }

    private void core(Path group) throws IOException {
        Files.writeString(group.resolve("cgroup.controllers"), CONTROLLERS);
        Files.writeString(group.resolve("cgroup.subtree_control"), CONTROLLERS);
        Files.writeString(group.resolve("cgroup.procs"), "");
    }

    /** Has {@code memory.events} tell of so many kills, in one write. */
    static void kills(Path group, int count) throws IOException {
        Files.writeString(group.resolve("memory.events"), events(count), StandardOpenOption.WRITE);
    }

    private static String events(int kills) {
        return "low 0\nhigh 0\nmax 0\noom " + kills + "\noom_kill " + kills + "\noom_group_kill 0\n";
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** The arguments before a command's own that start it there; its PID stays that of the process. */
    List<String> inside() {
        return List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                "mount --bind \"$1\" /proc/$$/mountinfo && mount --bind \"$2\" /proc/$$/cgroup && shift 2 && exec"
                        + " \"$@\"",
                "sh",
                folder.resolve("mountinfo").toString(),
                folder.resolve("cgroup").toString());
    }
}
