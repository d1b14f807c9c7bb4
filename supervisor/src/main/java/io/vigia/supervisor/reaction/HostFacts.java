package io.vigia.supervisor.reaction;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.PageSize;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.policy.Candidate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code /proc} says of the machine. Blocking; worker threads. */
public final class HostFacts implements Surveys.Host, AutoCloseable {
    private static final int FIELD_STATE = 0;
    private static final int FIELD_PARENT = 1;
    private static final int FIELD_START = 19;
    private static final int FIELD_RSS_PAGES = 21;

    private final InitCgroup init;

    public HostFacts(Syscalls syscalls) {
        init = new InitCgroup(syscalls);
    }

    /** SwapFree of {@code /proc/meminfo}. */
    public static Reading<Long> swapFreeBytes() {
        return memInfo("SwapFree:");
    }

    @Override
    public Reading<Long> memoryTotalBytes() {
        return memInfo("MemTotal:");
    }

    @Override
    public @Nullable CgroupPath initCgroup() {
        return init.path();
    }

    @Override
    public Surveys.@Nullable Init initSeen() {
        return init.seen();
    }

    @Override
    public Candidate.@Nullable Member member(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            int open = stat.indexOf('(');
            int close = stat.lastIndexOf(')');
            String[] fields = stat.substring(close + 2).split(" ", -1);
            if (fields[FIELD_STATE].equals("Z")) {
                return null;
            }
            return new Candidate.Member(
                    new ProcessId(pid, Long.parseLong(fields[FIELD_START])),
                    Integer.parseInt(fields[FIELD_PARENT]),
                    stat.substring(open + 1, close),
                    Long.parseLong(fields[FIELD_RSS_PAGES]) * PageSize.BYTES,
                    pid == ProcessHandle.current().pid());
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    @Override
    public void close() {
        init.close();
    }

    private static Reading<Long> memInfo(String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)) {
                if (line.startsWith(field)) {
                    return Reading.known(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
                }
            }
            return Reading.unknown("/proc/meminfo has no " + field);
        } catch (IOException | NumberFormatException e) {
            return Reading.unknown("/proc/meminfo cannot be read: " + e.getMessage());
        }
    }
}
