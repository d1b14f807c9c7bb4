package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import org.jspecify.annotations.Nullable;

/** What a record of {@code /dev/kmsg} says about {@code pids.max} (kernel/cgroup/pids.c, {@code pids_event}). */
public final class ForksRefusedLine {
    private static final String TEXT = "cgroup: fork rejected by pids controller in ";

    private ForksRefusedLine() {}

    /**
     * Where a process was that was not allowed to fork, in the hierarchy of the pids controller; {@code null} for any other record. The
     * kernel says it once in the life of a cgroup.
     *
     * @param record {@code priority,sequence,µs,flags;text}, as ISO-8859-1
     */
    public static @Nullable CgroupPath parse(String record) {
        String line = KernelLogText.line(record);
        try {
            return line.startsWith(TEXT) ? KernelLogText.path(line.substring(TEXT.length())) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
