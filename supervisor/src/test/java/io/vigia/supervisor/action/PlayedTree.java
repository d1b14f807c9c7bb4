package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.CgroupMount;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HierarchyLayout;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder that stands in for the kernel's trees, with one group, whose files take writes as the kernel's do: whole, and on v1
 * memory and swap together never below memory. A write, or a read, of one of them fails when told to.
 */
final class PlayedTree implements AutoCloseable {
    private static final String UNLIMITED = "9223372036854771712";
    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String MEMSW = "memory.memsw.limit_in_bytes";
    private static final String GROUP = "web";

    private final Path root;
    private final Cgroups cgroups;
    private final List<String> writes = new ArrayList<>();
    private Write before = (position, file) -> {};
    private Predicate<String> unreadable = file -> false;

    /** Called before a write is taken; may throw what the kernel would. */
    @FunctionalInterface
    interface Write {
        /** @param position of this write, from 0 */
        void writing(int position, String file);
    }

    PlayedTree(Path root, HierarchyKind kind) throws IOException {
        this.root = root;
        boolean unified = kind == HierarchyKind.UNIFIED;
        Map<String, Map<String, String>> trees = new TreeMap<>();
        trees.put("unified", Map.of("cgroup.events", "populated 1\nfrozen 0", "cgroup.procs", ""));
        if (unified) {
            trees.put(
                    "unified",
                    Map.of(
                            "cgroup.events", "populated 1\nfrozen 0",
                            "cpu.max", "90000 100000",
                            "memory.max", Long.toString(64 << 20),
                            "memory.swap.max", Long.toString(16 << 20),
                            "pids.max", "100"));
        } else {
            trees.put("cpu", Map.of("cpu.cfs_quota_us", "90000", "cpu.cfs_period_us", "100000"));
            trees.put("memory", Map.of(LIMIT, Long.toString(64 << 20), MEMSW, Long.toString(80 << 20)));
            trees.put("pids", Map.of("pids.max", "100"));
        }
        for (Map.Entry<String, Map<String, String>> tree : trees.entrySet()) {
            Path group = Files.createDirectories(root.resolve(tree.getKey()).resolve(GROUP));
            for (Map.Entry<String, String> file : tree.getValue().entrySet()) {
                Files.writeString(group.resolve(file.getKey()), file.getValue() + "\n");
            }
        }
        Files.writeString(root.resolve("unified/cgroup.controllers"), unified ? "cpu memory pids\n" : "\n");
        CgroupMount v2 = mount("unified", Set.of());
        HierarchyLayout layout = unified
                ? new HierarchyLayout.Unified(v2)
                : new HierarchyLayout.Hybrid(
                        v2,
                        Stream.of("cpu", "memory", "pids")
                                .map(name -> mount(name, Set.of(name)))
                                .toList());
        cgroups = Objects.requireNonNull(
                HostCgroups.open(played(new JnaSyscalls()), layout).orNull());
    }

    private CgroupMount mount(String name, Set<String> controllers) {
        return new CgroupMount(root.resolve(name).toString(), CgroupPath.ROOT, controllers, false);
    }

    Cgroup group() {
        return Objects.requireNonNull(cgroups.open(CgroupPath.ROOT.child(GROUP)).orNull());
    }

    void beforeEachWrite(Write called) {
        before = called;
    }

    void unreadable(Predicate<String> file) {
        unreadable = file;
    }

    /** The files that were written, in this order, those that were refused included. */
    List<String> writes() {
        return List.copyOf(writes);
    }

    /** What is in every file. */
    Map<String, String> contents() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            Map<String, String> contents = new TreeMap<>();
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(root.relativize(file).toString(), Files.readString(file));
            }
            return contents;
        }
    }

    /** As when somebody removes the group, in every hierarchy. */
    void removeGroup() {
        try (Stream<Path> trees = Files.list(root)) {
            for (Path tree : trees.toList()) {
                removeGroup(tree.getFileName().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same in one. */
    void removeGroup(String tree) {
        try {
            Files.move(root.resolve(tree).resolve(GROUP), root.resolve("removed-" + tree));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileOf(Fd fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
    }

    private int write(Fd fd, byte[] data, int length) throws IOException {
        Path file = Path.of(fileOf(fd));
        String name = file.getFileName().toString();
        writes.add(name);
        before.writing(writes.size() - 1, name);
        String text = new String(data, 0, length, StandardCharsets.ISO_8859_1).strip();
        if (name.equals(LIMIT) || name.equals(MEMSW)) {
            text = text.equals("-1") ? UNLIMITED : text;
            String other = Files.readString(file.resolveSibling(name.equals(LIMIT) ? MEMSW : LIMIT))
                    .strip();
            long memory = Long.parseLong(name.equals(LIMIT) ? text : other);
            if (memory > Long.parseLong(name.equals(LIMIT) ? other : text)) {
                throw KernelException.of("write", name, Errno.EINVAL);
            }
        }
        Files.writeString(file, text + "\n");
        return length;
    }

    private Syscalls played(Syscalls real) {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        return write((Fd) arguments[0], (byte[]) arguments[1], (int) arguments[2]);
                    }
                    if (method.getName().equals("pread") && unreadable.test(nameOf((Fd) arguments[0]))) {
                        throw KernelException.of("pread", "played", Errno.EIO);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static String nameOf(Fd fd) throws IOException {
        return String.valueOf(Path.of(fileOf(fd)).getFileName());
    }

    @Override
    public void close() {
        cgroups.close();
    }
}
