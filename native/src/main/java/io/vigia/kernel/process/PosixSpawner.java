package io.vigia.kernel.process;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Credentials;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.ResourceLimit;
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
import java.util.Objects;
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
    /** Its end of the pipe is closed, so it is on its way out. */
    private static final int KILLED_MILLIS = 1_000;

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

    /**
     * {@inheritDoc}
     *
     * <p>A child that is killed at its birth is started a second time, on foot: Linux (6.14 and newer, seen on 6.18) kills whatever
     * CLONE_INTO_CGROUP puts into a cgroup that was ever the target of {@code cgroup.kill}, if vigia's own was not as often.
     * {@code cgroup_css_set_fork} remembers the count of kills of the parent's cgroup, {@code cgroup_post_fork} compares it
     * with the target's (kernel/cgroup/cgroup.c). That lasts as long as the cgroup, so there is nothing to wait for. Entering
     * through {@code cgroup.procs} takes a lock of the whole kernel, some 10 ms, but always works.
     */
    @Override
    public Spawned spawn(SpawnRequest request) {
        Spawned born = spawn(request, false);
        return born != null ? born : Objects.requireNonNull(spawn(request, true));
    }

    /**
     * @param onFoot the process enters its cgroup by itself
     * @return {@code null} when it was killed before its first instruction; only if not on foot
     */
    private @Nullable Spawned spawn(SpawnRequest request, boolean onFoot) {
        List<byte[]> arguments = arguments(request, onFoot);
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
            return follow(request, started.pid(), status, onFoot);
        }
    }

    private @Nullable Spawned follow(SpawnRequest request, int helperPid, Fd status, boolean onFoot) {
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
            throw failure(request, progress, ended, onFoot);
        }
        if (child != helperPid) {
            Reading<ExitStatus> unused = calls.waitPid(helperPid, true);
            children.release(helperPid);
            // The helper spoke of it, the child itself did not; still, only its status proves that it never ran.
            if (progress.reports == 1 && killed(child)) {
                children.release(child);
                return null;
            }
        }
        return spawned(child);
    }

    private boolean killed(int child) {
        if (syscalls.pidfdOpen(child) instanceof Reading.Known<Fd>(Fd pidfd)) {
            try (pidfd) {
                return calls.readableWithin(pidfd, KILLED_MILLIS)
                        && calls.waitPid(child, false)
                                instanceof Reading.Known<ExitStatus>(ExitStatus.Signaled(int signal, boolean dumped))
                        && signal == SIGKILL;
            }
        }
        return false;
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

    private static SpawnException failure(SpawnRequest request, Progress progress, boolean ended, boolean onFoot) {
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
        return new SpawnException(step.text(), target(request, step, progress.index, onFoot), progress.errno);
    }

    private static String target(SpawnRequest request, SpawnHelper.Step step, int index, boolean onFoot) {
        Cgroup.Entry entry = request.entry();
        return switch (step) {
            case STDIN -> "/dev/null";
            case STDOUT -> String.valueOf(request.stdoutPath());
            case WORKDIR -> workdir(request);
            case NICE -> String.valueOf(request.nice());
            case IOPRIO -> String.valueOf(request.ioPriority());
            case RLIMIT -> String.valueOf(request.limits().get(index));
            case USER -> String.valueOf(request.user());
            case CGROUP, CLONE -> entry == null ? "" : entry.v2Directory();
            case TASKS -> {
                List<String> files = entryFiles(entry, onFoot);
                yield index < files.size() ? files.get(index) : "";
            }
            case EXEC, ARGUMENTS, DESCRIPTORS, NOFILE, OOM_SCORE_ADJ, SESSION ->
                request.command().getFirst();
        };
    }

    private List<byte[]> arguments(SpawnRequest request, boolean onFoot) {
        Cgroup.Entry entry = request.entry();
        boolean limit = defaults.nofileSoft() >= 0;
        Integer adjustment = defaults.oomScoreAdj();
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(SpawnHelper.NAME));
        all.add(bytes(limit ? rlimit(defaults.nofileSoft()) : LEAVE));
        all.add(bytes(limit ? rlimit(defaults.nofileHard()) : LEAVE));
        all.add(bytes(adjustment == null ? LEAVE : adjustment.toString()));
        all.add(bytes(request.nice() == null ? LEAVE : Integer.toString(request.nice())));
        all.add(bytes(
                request.ioPriority() == null
                        ? LEAVE
                        : Integer.toString(request.ioPriority().value())));
        Credentials user = request.user();
        all.add(bytes(user == null ? LEAVE : Long.toString(user.uid())));
        all.add(bytes(user == null ? LEAVE : Long.toString(user.gid())));
        all.add(bytes(workdir(request)));
        all.add(bytes(request.stdoutPath() == null ? LEAVE : request.stdoutPath()));
        all.add(entry == null || onFoot ? bytes(LEAVE) : path(entry.v2Directory()));
        List<String> tasks = entryFiles(entry, onFoot);
        all.add(bytes(Integer.toString(tasks.size())));
        for (String file : tasks) {
            all.add(path(file));
        }
        all.add(bytes(Integer.toString(request.limits().size())));
        for (ResourceLimit one : request.limits()) {
            all.add(bytes(Integer.toString(one.kind().number())));
            all.add(bytes(rlimit(one.soft())));
            all.add(bytes(rlimit(one.hard())));
        }
        for (String argument : request.command()) {
            all.add(bytes(argument));
        }
        return all;
    }

    /** To which the process writes 0. */
    private static List<String> entryFiles(Cgroup.@Nullable Entry entry, boolean onFoot) {
        if (entry == null) {
            return List.of();
        }
        List<String> files = new ArrayList<>(entry.v1TasksFiles());
        if (onFoot) {
            files.addFirst(entry.v2Directory() + "/cgroup.procs");
        }
        return files;
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
        private int reports;
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
                        reports++;
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
