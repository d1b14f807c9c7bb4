package io.vigia.kernel.process;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.cgroup.ParentRefusedException;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A cgroup below this process's own place, in the v2 tree and in the v1 hierarchies that are there. */
public final class TestCgroup implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Cgroups cgroups;
    private final Cgroup cgroup;

    private TestCgroup(Cgroups cgroups, Cgroup cgroup) {
        this.cgroups = cgroups;
        this.cgroup = cgroup;
    }

    /** Skips the test, with the reason, where cgroups cannot be made. */
    public static TestCgroup create() {
        Reading<Cgroups> opened = HostCgroups.open(new JnaSyscalls());
        if (!(opened instanceof Reading.Known<Cgroups>(Cgroups cgroups))) {
            Assumptions.abort("no cgroups here: " + opened);
            throw new IllegalStateException("not reached");
        }
        String name = "vigia-it-" + ProcessHandle.current().pid() + "-p" + NUMBER.incrementAndGet();
        try {
            return new TestCgroup(cgroups, cgroups.create(cgroups.own().child(name)));
        } catch (KernelException.Denied | ParentRefusedException e) {
            cgroups.close();
            Assumptions.abort("cgroups cannot be made here: " + e.getMessage());
            throw e;
        }
    }

    public CgroupPath path() {
        return cgroup.path();
    }

    Path directory() {
        return Path.of(entry().v2Directory());
    }

    public Cgroup.Entry entry() {
        return cgroup.entry();
    }

    public List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory().resolve(file));
    }

    public void write(String file, String text) throws IOException {
        Files.writeString(directory().resolve(file), text);
    }

    /** {@code false} where there is no memory controller. */
    public boolean limitMemory(long bytes) {
        if (!cgroups.support(LimitFile.MEMORY_MAX).usable()) {
            return false;
        }
        cgroup.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(bytes));
        // Who runs out of memory shall not fill the swap space first.
        if (cgroups.kind() == HierarchyKind.UNIFIED
                && cgroups.support(LimitFile.MEMORY_SWAP_MAX).usable()) {
            cgroup.writeLimit(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(0));
        }
        return true;
    }

    /** Members are ended first. */
    @Override
    public void close() throws IOException {
        try {
            write("cgroup.kill", "1");
            Awaitility.await()
                    .atMost(Patience.of(20))
                    .until(() -> lines("cgroup.events").contains("populated 0"));
            Awaitility.await()
                    .atMost(Patience.of(20))
                    .ignoreExceptionsInstanceOf(KernelException.Busy.class)
                    .until(() -> {
                        cgroups.remove(path());
                        return true;
                    });
        } finally {
            cgroups.close();
        }
    }
}
