package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * From {@code kill -9} of a supervised process to the first act of its successor, beside runit's {@code runsv}, which waits a
 * second for a service that lived less: so twenty services in turn on both sides.
 */
public final class RestartLatency {
    private static final int SERVICES = 20;
    private static final int ROUNDS = 7;
    private static final long BETWEEN_NANOS = 70_000_000;
    private static final int SIGKILL = 9;

    private final Syscalls syscalls = new JnaSyscalls();
    private final RandomAccessFile fifo;

    private RestartLatency(RandomAccessFile fifo) {
        this.fifo = fifo;
    }

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "RestartLatency",
                "SIGKILL through a pidfd (clock before the call) to the first act of the successor (a static C program"
                        + " takes CLOCK_MONOTONIC, then writes it to a FIFO); " + SERVICES
                        + " services in turn, one kill every "
                        + BETWEEN_NANOS / 1_000_000 + " ms, " + ROUNDS + " rounds; backoff of vigia 1 ms");
        try (Workplace place = new Workplace()) {
            Path path = place.folder.resolve("successors");
            Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
            if (!mkfifo.waitFor(10, TimeUnit.SECONDS)) {
                throw new IOException("mkfifo hangs");
            }
            CProgram successor = CProgram.compile(place.folder, "successor", "-DFIFO=\"" + path + "\"");
            try (RandomAccessFile fifo = new RandomAccessFile(path.toFile(), "rw")) {
                RestartLatency all = new RestartLatency(fifo);
                Machine.say(Spread.header());
                Spread direct = all.runsv(place, successor, "direct", false, false);
                Spread shell = all.runsv(place, successor, "shell", true, false);
                Spread tasks = all.runsv(place, successor, "tasks", true, true);
                Spread vigia = all.vigia(place, successor);
                Machine.say(
                        "ratio of p50 to runsv without a cgroup " + Spread.ratio(vigia.p50(), direct.p50()) + " (p99 "
                                + Spread.ratio(vigia.p99(), direct.p99()) + "), through a shell "
                                + Spread.ratio(vigia.p50(), shell.p50()) + " (" + Spread.ratio(vigia.p99(), shell.p99())
                                + "), with cgroups " + Spread.ratio(vigia.p50(), tasks.p50()) + " ("
                                + Spread.ratio(vigia.p99(), tasks.p99()) + ")");
            }
            Machine.say("load average at the end " + Machine.load());
        }
    }

    private Spread runsv(Workplace place, CProgram successor, String name, boolean shell, boolean cgroup)
            throws Exception {
        List<Process> supervisors = new ArrayList<>();
        List<Integer> pids = new ArrayList<>();
        try {
            for (int i = 0; i < SERVICES; i++) {
                Path service = Files.createDirectories(place.folder.resolve(name + i));
                Path run = service.resolve("run");
                if (shell) {
                    Files.writeString(run, script(place, successor, cgroup ? name + i : ""));
                    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
                } else {
                    Files.copy(successor.file(), run);
                }
                supervisors.add(new ProcessBuilder("runsv", service.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
                pids.add(next().pid);
            }
            Spread spread = killInTurn(pids);
            Machine.say(spread.row("runsv, "
                    + (cgroup ? "sh enters v1 and v2 cgroups, exec" : shell ? "sh, exec, no cgroup" : "no cgroup")));
            return spread;
        } finally {
            // runsv ends its service on TERM.
            supervisors.forEach(Process::destroy);
            for (Process supervisor : supervisors) {
                if (!supervisor.waitFor(5, TimeUnit.SECONDS)) {
                    supervisor.destroyForcibly();
                }
            }
        }
    }

    /** With the v1 tasks files, 0 is the shell itself; the v2 tree has cgroup.procs alone. */
    private static String script(Workplace place, CProgram successor, String cgroup) throws IOException {
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        if (!cgroup.isEmpty()) {
            CgroupPath path = place.parent.child(cgroup);
            Cgroup made = place.cgroups.create(path);
            for (String tasks : made.entry().v1TasksFiles()) {
                script.append("echo 0 > ").append(tasks).append('\n');
            }
            script.append("echo 0 > ").append(made.entry().v2Directory()).append("/cgroup.procs\n");
        }
        return script.append("exec ").append(successor.file()).append('\n').toString();
    }

    private Spread vigia(Workplace place, CProgram successor) throws Exception {
        try (BenchNode vigia = new BenchNode(Files.createDirectory(place.folder.resolve("state")), place.parent)) {
            List<Integer> pids = new ArrayList<>();
            for (int i = 0; i < SERVICES; i++) {
                vigia.groups(List.of(String.format(Locale.ROOT, """
                    apiVersion: vigia.io/v1
                    kind: Group
                    metadata: {name: s%d}
                    spec:
                      containers:
                        - name: main
                          namespaces: []
                          command: [%s]
                          restart: {policy: always, backoff: 1ms..1ms}
                          stop: {signal: KILL, grace: 1s}
                    """, i, successor.file())));
                pids.add(next().pid);
            }
            Spread spread = killInTurn(pids);
            Machine.say(spread.row("vigia, in its cgroups (no other way)"));
            return spread;
        }
    }

    private Spread killInTurn(List<Integer> pids) throws Exception {
        List<Long> nanos = new ArrayList<>();
        // So that the first, too, has lived longer than the second that runsv asks for.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1100));
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < pids.size(); i++) {
                LockSupport.parkNanos(BETWEEN_NANOS);
                long killed;
                try (Fd pidfd = pidfd(pids.get(i))) {
                    killed = System.nanoTime();
                    syscalls.pidfdSendSignal(pidfd, SIGKILL);
                }
                Stamp successor = next();
                nanos.add(successor.nanos - killed);
                pids.set(i, successor.pid);
            }
        }
        return Spread.of(nanos);
    }

    private Fd pidfd(int pid) throws IOException {
        if (syscalls.pidfdOpen(pid) instanceof Reading.Known<Fd>(Fd fd)) {
            return fd;
        }
        throw new IOException("process " + pid + " has ended by itself");
    }

    private record Stamp(int pid, long nanos) {}

    private Stamp next() throws Exception {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                byte[] text = new byte[64];
                int length = fifo.read(text);
                return new String(text, 0, length, StandardCharsets.US_ASCII).strip();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        String[] parts = line.get(10, TimeUnit.SECONDS).split(" ", -1);
        return new Stamp(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }
}
