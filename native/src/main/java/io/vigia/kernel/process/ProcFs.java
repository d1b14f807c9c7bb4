package io.vigia.kernel.process;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.CgroupMembership;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.parse.ProcStatus;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Reads {@code /proc}. Microseconds a file, but the memory map of a process that is being torn down can hold a reader of
 * {@code cmdline}: not on the kernel loop. A process that ended is gone, not an error.
 */
public final class ProcFs {
    private static final String PROC = "/proc/";
    /** USER_HZ: 100 on x86-64 and aarch64, whatever the kernel's own HZ is (time(7)). */
    private static final long TICKS_PER_SECOND = 100;

    private ProcFs() {}

    public static Reading<ProcStat> stat(int pid) {
        return read(pid, "stat").map(bytes -> ProcStat.parse(bytes, bytes.length));
    }

    /** Identity of the process that has this number now. */
    public static Reading<ProcessId> id(int pid) {
        return stat(pid).map(stat -> new ProcessId(pid, stat.startTicks()));
    }

    /** Whether this very process is still there, if only as a zombie. */
    public static boolean exists(ProcessId id) {
        return id.equals(id(id.pid()).orNull());
    }

    /** Everything of {@link ProcessInfo}; gone also when the number changed hands meanwhile. */
    public static Reading<ProcessInfo> info(int pid) {
        if (!(stat(pid) instanceof Reading.Known<ProcStat>(ProcStat stat))) {
            return Reading.gone();
        }
        byte[] status = read(pid, "status").orNull();
        byte[] commandLine = read(pid, "cmdline").orNull();
        ProcessId id = new ProcessId(pid, stat.startTicks());
        if (status == null || commandLine == null || !exists(id)) {
            return Reading.gone();
        }
        List<Integer> nsPids = ProcStatus.nsPids(new String(status, StandardCharsets.ISO_8859_1));
        return Reading.known(new ProcessInfo(
                id,
                stat.parentPid(),
                nsPids.isEmpty() ? List.of(pid) : nsPids,
                stat.comm(),
                command(commandLine),
                stat.state(),
                stat.threads()));
    }

    /** NUL ends each argument; a program that overwrote them may have left out the last one. */
    static List<String> command(byte[] commandLine) {
        List<String> arguments = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                arguments.add(CgroupPath.escape(Arrays.copyOfRange(commandLine, from, i)));
                from = i + 1;
            }
        }
        if (from < commandLine.length) {
            arguments.add(CgroupPath.escape(Arrays.copyOfRange(commandLine, from, commandLine.length)));
        }
        return arguments;
    }

    /** Where a process is in each hierarchy, relative to this process's cgroup namespace. */
    public static Reading<CgroupMembership> membership(int pid) {
        return read(pid, "cgroup").map(bytes -> CgroupMembership.parse(new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /** The v2 cgroup; unknown where it lies outside of this cgroup namespace, or there is no v2 tree. */
    public static Reading<CgroupPath> cgroup(int pid) {
        return switch (membership(pid)) {
            case Reading.Known<CgroupMembership>(CgroupMembership membership) -> {
                CgroupMembership.Place place = membership.unified();
                CgroupPath path = place == null ? null : place.cgroupPath();
                yield path == null
                        ? Reading.unknown("process " + pid + " is in no v2 cgroup that is visible here")
                        : Reading.known(path);
            }
            case Reading.Gone<CgroupMembership>() -> Reading.gone();
            case Reading.Unknown<CgroupMembership>(String why) -> Reading.unknown(why);
        };
    }

    /** Every process of this PID namespace, in the kernel's order; one that ends meanwhile may be among them. */
    public static void forEachPid(IntConsumer each) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(PROC))) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
                    each.accept(Integer.parseInt(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + PROC, e);
        }
    }

    /** When a process started, to the tick. */
    public static Instant startTime(ProcessId id) {
        return bootTime().plusNanos(id.startTicks() * (1_000_000_000L / TICKS_PER_SECOND));
    }

    /** {@code btime} of {@code /proc/stat}: to the second, and moved when somebody sets the clock. */
    public static Instant bootTime() {
        return Instant.ofEpochSecond(field(PROC + "stat", "btime "));
    }

    /** {@code MemTotal} of {@code /proc/meminfo}. */
    public static long memTotalBytes() {
        return field(PROC + "meminfo", "MemTotal:") * 1024;
    }

    private static long field(String file, String name) {
        try {
            for (String line :
                    Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).split("\n")) {
                if (line.startsWith(name)) {
                    return Long.parseLong(
                            line.substring(name.length()).replace("kB", "").strip());
                }
            }
            throw new IllegalStateException(file + " has no line '" + name.strip() + "'");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Empty only for {@code cmdline}; the others read as nothing when the process has just been reaped. */
    private static Reading<byte[]> read(int pid, String file) {
        try (InputStream in = new FileInputStream(PROC + pid + "/" + file)) {
            byte[] bytes = in.readAllBytes();
            return bytes.length == 0 && !file.equals("cmdline") ? Reading.gone() : Reading.known(bytes);
        } catch (IOException e) {
            return Reading.gone(); // ENOENT before, ESRCH after the open
        }
    }
}
