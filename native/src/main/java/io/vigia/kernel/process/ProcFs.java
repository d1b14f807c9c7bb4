package io.vigia.kernel.process;

import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.ProcStat;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads {@code /proc}. Microseconds a file, but the memory map of a process that is being torn down can hold a reader of
 * {@code cmdline}: not on the kernel loop. A process that ended is gone, not an error.
 */
public final class ProcFs {
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

    /** Whole, because one read(2) of most of these files is consistent and two are not. */
    private static Reading<byte[]> read(int pid, String file) {
        try (InputStream in = new FileInputStream("/proc/" + pid + "/" + file)) {
            byte[] bytes = in.readAllBytes();
            return bytes.length == 0 && !file.equals("cmdline") ? Reading.gone() : Reading.known(bytes);
        } catch (FileNotFoundException e) {
            // Also what Java says of EACCES; these files are readable for everybody unless /proc has hidepid.
            return Reading.gone();
        } catch (IOException e) {
            return Reading.gone(); // ESRCH of a process that ended between open and read
        }
    }
}
