package io.vigia.kernel.process;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A cgroup below this process's own place, in the v2 tree and in the v1 hierarchies that are there. */
public final class TestCgroup implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final List<String> V1 = List.of("memory", "pids", "cpu");

    private final CgroupPath path;
    private final Path v2;
    private final List<Path> v1 = new ArrayList<>();

    private TestCgroup(CgroupPath path, Path v2) {
        this.path = path;
        this.v2 = v2;
    }

    public static TestCgroup create() throws IOException {
        Path hybrid = Path.of("/sys/fs/cgroup/unified");
        Path root = Files.exists(hybrid.resolve("cgroup.procs")) ? hybrid : Path.of("/sys/fs/cgroup");
        Assumptions.assumeTrue(
                Files.exists(root.resolve("cgroup.procs")), "no v2 hierarchy at /sys/fs/cgroup or its folder unified");
        Assumptions.assumeTrue(Files.isWritable(root), "cgroups cannot be made here: " + root + " is not writable");
        String name = "vigia-it-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        String own = ownPath("");
        CgroupPath path = new CgroupPath((own.equals("/") ? "" : own) + "/" + name);
        TestCgroup made = new TestCgroup(path, root.resolve(path.id()));
        Files.createDirectory(made.v2);
        if (!root.equals(Path.of("/sys/fs/cgroup"))) {
            for (String controller : V1) {
                Path hierarchy = Path.of("/sys/fs/cgroup", controller);
                if (Files.exists(hierarchy.resolve("tasks"))) {
                    Path directory =
                            hierarchy.resolve(ownPath(controller).substring(1)).resolve(name);
                    Files.createDirectory(directory);
                    made.v1.add(directory);
                }
            }
        }
        return made;
    }

    private static String ownPath(String controller) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"), StandardCharsets.UTF_8)) {
            String[] fields = line.split(":", 3);
            if (fields[1].equals(controller)) {
                return fields[2];
            }
        }
        return "/";
    }

    public CgroupPath path() {
        return path;
    }

    Path directory() {
        return v2;
    }

    public Cgroup.Entry entry() {
        return new Cgroup.Entry(
                v2.toString(),
                v1.stream().map(d -> d.resolve("tasks").toString()).toList());
    }

    public List<String> lines(String file) throws IOException {
        return Files.readAllLines(v2.resolve(file), StandardCharsets.UTF_8);
    }

    public void write(String file, String text) throws IOException {
        Files.writeString(v2.resolve(file), text);
    }

    /** {@code false} where there is no memory controller. */
    public boolean limitMemory(long bytes) throws IOException {
        Path limit = v2.resolve("memory.max");
        for (Path directory : v1) {
            if (Files.exists(directory.resolve("memory.limit_in_bytes"))) {
                limit = directory.resolve("memory.limit_in_bytes");
            }
        }
        if (!Files.exists(limit)) {
            return false;
        }
        Files.writeString(limit, Long.toString(bytes));
        return true;
    }

    /** Members are ended first. */
    @Override
    public void close() throws IOException {
        write("cgroup.kill", "1");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> lines("cgroup.events").contains("populated 0"));
        for (Path directory : v1) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(directory.resolve("tasks")).isEmpty());
            Files.delete(directory);
        }
        Files.delete(v2);
    }
}
