package io.vigia.kernel.cgroup;

import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A group of the real kernel for one test, with everything in it ended and removed afterwards. */
final class Scratch implements AutoCloseable {
    static final Duration BOUND = Patience.of(20);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Syscalls syscalls = new JnaSyscalls();
    final Cgroups cgroups;
    final CgroupPath path;

    private final List<Process> children = new ArrayList<>();

    private Scratch(Cgroups cgroups, CgroupPath path) {
        this.cgroups = cgroups;
        this.path = path;
    }

    /** Skips the test, with the reason, where this host has no cgroups to write. */
    static Scratch open() {
        Reading<Cgroups> opened = HostCgroups.open(new JnaSyscalls());
        if (!(opened instanceof Reading.Known<Cgroups>(Cgroups cgroups))) {
            Assumptions.abort("no cgroups here: " + opened);
            throw new IllegalStateException("not reached");
        }
        CgroupPath path =
                cgroups.own().child("vigia-it-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        try {
            cgroups.create(path);
        } catch (KernelException.Denied e) {
            cgroups.close();
            Assumptions.abort("cannot make cgroups here: " + e.getMessage());
        } catch (ParentRefusedException e) {
            cgroups.close();
            Assumptions.abort(e.getMessage());
        }
        return new Scratch(cgroups, path);
    }

    Cgroup group() {
        return known(cgroups.open(path));
    }

    static <T> T known(Reading<T> reading) {
        T value = reading.orNull();
        if (value == null) {
            throw new AssertionError("not known: " + reading);
        }
        return value;
    }

    /** A child that enters {@code group} and then becomes {@code command}. */
    Process start(Cgroup group, String... command) throws IOException {
        Cgroup.Entry entry = group.entry();
        StringBuilder enter = new StringBuilder("echo 0 > '" + entry.v2Directory() + "/cgroup.procs'");
        entry.v1TasksFiles()
                .forEach(tasks -> enter.append(" && echo 0 > '").append(tasks).append("'"));
        List<String> all = new ArrayList<>(List.of("sh", "-c", enter + " && exec \"$@\"", "sh"));
        all.addAll(List.of(command));
        Process child = new ProcessBuilder(all)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        children.add(child);
        return child;
    }

    /** A sleeping child that is in the group when this returns. */
    Process startSleeper(Cgroup group) throws IOException {
        Process child = start(group, "sleep", "600");
        Awaitility.await().atMost(BOUND).until(() -> comm(child).equals("sleep"));
        return child;
    }

    static String comm(Process child) throws IOException {
        Path comm = Path.of("/proc/" + child.pid() + "/comm");
        return Files.exists(comm) ? Files.readString(comm).strip() : "";
    }

    static int awaitExit(Process child) throws InterruptedException {
        if (!child.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + child.pid());
        }
        return child.exitValue();
    }

    /** Writes as somebody else would. */
    static void writeRaw(String file, String data) throws IOException {
        Files.writeString(Path.of(file), data, StandardOpenOption.WRITE);
    }

    @Override
    public void close() {
        try {
            if (cgroups.open(path) instanceof Reading.Known<Cgroup>(Cgroup group)) {
                group.freeze(false);
                group.killAll();
            }
            children.forEach(Process::destroyForcibly);
            for (Process child : children) {
                awaitExit(child);
            }
            Awaitility.await()
                    .atMost(BOUND)
                    .ignoreExceptionsInstanceOf(KernelException.Busy.class)
                    .until(() -> {
                        cgroups.remove(path);
                        return true;
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            cgroups.close();
        }
    }
}
