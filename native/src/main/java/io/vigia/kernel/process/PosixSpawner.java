package io.vigia.kernel.process;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.ProcessCalls;
import io.vigia.kernel.sys.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts children through {@link SpawnHelper}. Any thread, but never a loop. Whoever gets a child must have its end
 * waited for ({@link PidfdWatcher}), or it stays a zombie.
 */
public final class PosixSpawner implements Spawner, AutoCloseable {
    private static final String LEAVE = "-";
    private static final int RECORD_BYTES = 3 * Integer.BYTES;
    private static final int SIGKILL = 9;
    /** Far above any exec; a child born into a frozen cgroup never gets there. */
    private static final int BOUND_MILLIS = 30_000;

    private final Syscalls syscalls;
    private final ProcessCalls calls;
    private final Children children;
    private final ChildDefaults defaults;
    private final Fd helper;
    private final int boundMillis;

    public PosixSpawner(Syscalls syscalls, ProcessCalls calls, Children children, ChildDefaults defaults) {
        this(syscalls, calls, children, defaults, SpawnHelper.image(), BOUND_MILLIS);
    }

    PosixSpawner(
            Syscalls syscalls,
            ProcessCalls calls,
            Children children,
            ChildDefaults defaults,
            byte[] helperImage,
            int boundMillis) {
        this.syscalls = syscalls;
        this.calls = calls;
        this.children = children;
        this.defaults = defaults;
        this.helper = calls.executable(helperImage, SpawnHelper.NAME);
        this.boundMillis = boundMillis;
    }

    @Override
    public Spawned spawn(SpawnRequest request) {
        List<byte[]> arguments = arguments(request);
        List<byte[]> environment = environment(request.env());
        ProcessCalls.Started started;
        try {
            started = calls.start(helper, arguments, environment);
        } catch (KernelException e) {
            // E2BIG is about the program's own arguments, which travel through the helper's.
            String step = e.errno() == Errno.E2BIG ? SpawnHelper.Step.EXEC.text() : e.syscall();
            throw new SpawnException(step, request.command().getFirst(), e.errno());
        }
        children.claim(started.pid());
        try (Fd status = started.status()) {
            return follow(request, started.pid(), status);
        }
    }

    private Spawned follow(SpawnRequest request, int helperPid, Fd status) {
        Progress progress = new Progress();
        boolean ended = progress.read(status);
        int child = progress.pid;
        if (child > 0) {
            children.claim(child);
        }
        if (!ended || progress.failedStep != null || child == 0) {
            end(helperPid);
            if (child > 0 && child != helperPid) {
                end(child);
            }
            throw failure(request, progress, ended);
        }
        if (child != helperPid) {
            Reading<ExitStatus> unused = calls.waitPid(helperPid, true);
            children.release(helperPid);
        }
        return spawned(child);
    }

    /** Nobody else waits for a claimed child, so its number is its own until it is waited for here. */
    private Spawned spawned(int child) {
        if (syscalls.pidfdOpen(child) instanceof Reading.Known<Fd>(Fd pidfd)) {
            if (ProcFs.stat(child) instanceof Reading.Known<ProcStat>(ProcStat stat)) {
                return new Spawned(new ProcessId(child, stat.startTicks()), pidfd);
            }
            pidfd.close();
        }
        children.release(child);
        throw new SpawnException("find", "/proc/" + child, Errno.ESRCH);
    }

    private void end(int pid) {
        if (syscalls.pidfdOpen(pid) instanceof Reading.Known<Fd>(Fd pidfd)) {
            try (pidfd) {
                boolean unused = syscalls.pidfdSendSignal(pidfd, SIGKILL);
                // A child in a frozen v1 cgroup dies only when it is thawed; the orphan reaper gets it then.
                boolean unusedEnd = calls.readableWithin(pidfd, 1000);
            }
        }
        Reading<ExitStatus> unused = calls.waitPid(pid, false);
        children.release(pid);
    }

    private static SpawnException failure(SpawnRequest request, Progress progress, boolean ended) {
        SpawnHelper.Step step = progress.failedStep;
        if (!ended) {
            return new SpawnException(
                    SpawnHelper.Step.EXEC.text() + " (nothing heard in time: is the cgroup frozen?)",
                    request.command().getFirst(),
                    Errno.ETIMEDOUT);
        }
        if (step == null) {
            return new SpawnException("helper", request.command().getFirst() + " (it was killed)", Errno.ECHILD);
        }
        return new SpawnException(step.text(), target(request, step, progress.index), progress.errno);
    }

    private static String target(SpawnRequest request, SpawnHelper.Step step, int index) {
        Cgroup.Entry entry = request.entry();
        return switch (step) {
            case STDIN -> "/dev/null";
            case STDOUT -> String.valueOf(request.stdoutPath());
            case WORKDIR -> workdir(request);
            case NICE -> String.valueOf(request.nice());
            case CGROUP, CLONE -> entry == null ? "" : entry.v2Directory();
            case TASKS ->
                entry == null || index >= entry.v1TasksFiles().size()
                        ? ""
                        : entry.v1TasksFiles().get(index);
            case EXEC, ARGUMENTS, DESCRIPTORS, NOFILE, OOM_SCORE_ADJ, SESSION ->
                request.command().getFirst();
        };
    }

    private List<byte[]> arguments(SpawnRequest request) {
        Cgroup.Entry entry = request.entry();
        boolean limit = defaults.nofileSoft() >= 0;
        Integer adjustment = defaults.oomScoreAdj();
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(SpawnHelper.NAME));
        all.add(bytes(limit ? rlimit(defaults.nofileSoft()) : LEAVE));
        all.add(bytes(limit ? rlimit(defaults.nofileHard()) : LEAVE));
        all.add(bytes(adjustment == null ? LEAVE : adjustment.toString()));
        all.add(bytes(request.nice() == null ? LEAVE : Integer.toString(request.nice())));
        all.add(bytes(workdir(request)));
        all.add(bytes(request.stdoutPath() == null ? LEAVE : request.stdoutPath()));
        all.add(entry == null ? bytes(LEAVE) : path(entry.v2Directory()));
        List<String> tasks = entry == null ? List.of() : entry.v1TasksFiles();
        all.add(bytes(Integer.toString(tasks.size())));
        for (String file : tasks) {
            all.add(path(file));
        }
        for (String argument : request.command()) {
            all.add(bytes(argument));
        }
        return all;
    }

    private static String workdir(SpawnRequest request) {
        return request.workdir() == null ? "/" : request.workdir();
    }

    /** RLIM_INFINITY is all ones. */
    private static String rlimit(long value) {
        return value == Long.MAX_VALUE ? Long.toUnsignedString(-1L) : Long.toString(value);
    }

    private static List<byte[]> environment(Map<String, String> env) {
        List<byte[]> all = new ArrayList<>(env.size());
        env.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("not a name of an environment variable: '" + name + "'");
            }
            all.add(bytes(name + "=" + value));
        });
        return all;
    }

    private static byte[] bytes(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL ends strings in the kernel: '" + text.replace("\0", "\\0") + "'");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] path(String escaped) {
        return CgroupPath.unescape(escaped);
    }

    /** Children are not harmed; spawning fails from here on. */
    @Override
    public void close() {
        helper.close();
    }

    /** What came through the status pipe. */
    private final class Progress {
        private int pid;
        private SpawnHelper.@Nullable Step failedStep;
        private int index;
        private int errno;

        /** {@code false} when the time was up before the end. Records are shorter than PIPE_BUF, so they come whole. */
        boolean read(Fd status) {
            byte[] buffer = new byte[8 * RECORD_BYTES];
            while (true) {
                int n = calls.readWithin(status, buffer, boundMillis);
                if (n <= 0) {
                    return n == 0;
                }
                ByteBuffer records = ByteBuffer.wrap(buffer, 0, n).order(ByteOrder.nativeOrder());
                while (records.remaining() >= RECORD_BYTES) {
                    int step = records.getInt();
                    int second = records.getInt();
                    int third = records.getInt();
                    if (step == 0) {
                        pid = second;
                    } else if (failedStep == null) {
                        failedStep = SpawnHelper.Step.ofNumber(step);
                        index = second;
                        errno = third;
                    }
                }
            }
        }
    }
}
