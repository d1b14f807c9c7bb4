package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a record of {@code /dev/kmsg} says about an out-of-memory kill (mm/oom_kill.c; Documentation/ABI/testing/dev-kmsg). */
public sealed interface OomLine {
    /**
     * {@code oom-kill:…} (Linux 5.0): who is to be killed, and for whom.
     *
     * @param group the victim's memory cgroup in its own hierarchy, {@code null} if the line does not say
     * @param limitedBy whose limit was reached; {@code null} when the host ran out
     */
    record Chosen(
            int pid,
            String comm,
            @Nullable CgroupPath group,
            @Nullable CgroupPath limitedBy) implements OomLine {}

    /** {@code Killed process…}; also of further victims of {@code memory.oom.group}, for whom there is no other line. */
    record Killed(int pid, String comm, long anonRssBytes) implements OomLine {}

    /** Anything else. */
    record Other() implements OomLine {}

    Other OTHER = new Other();

    /** {@code TASK_COMM_LEN} without its NUL. */
    int COMM_BYTES = 15;

    Pattern KILLED =
            Pattern.compile("Killed process (\\d+)(?:, UID \\d+,)? \\((.*)\\),? total-vm:\\d+kB, anon-rss:(\\d+)kB.*");

    /** @param record {@code priority,sequence,µs,flags;text}, as ISO-8859-1 */
    static OomLine parse(String record) {
        String line = KernelLogText.line(record);
        if (line.startsWith("oom-kill:")) {
            return chosen(line);
        }
        Matcher killed = line.contains("Killed process ") ? KILLED.matcher(line) : null;
        if (killed != null && killed.find()) {
            return new Killed(
                    Integer.parseInt(killed.group(1)),
                    CgroupPath.escape(KernelLogText.bytes(killed.group(2))),
                    Long.parseLong(killed.group(3)) * 1024);
        }
        return OTHER;
    }

    /** Fields from the end, because a comm and a path may hold commas and anything that looks like a field. */
    private static OomLine chosen(String line) {
        int pid = line.lastIndexOf(",pid=");
        int uid = line.lastIndexOf(",uid=");
        int task = taskField(line, pid);
        if (pid < 0 || task < 0) {
            return OTHER;
        }
        try {
            int number = Integer.parseInt(line.substring(pid + 5, uid > pid ? uid : line.length()));
            String comm = CgroupPath.escape(KernelLogText.bytes(line.substring(task + 6, pid)));
            int group = line.indexOf(",task_memcg=");
            int limitedBy = line.indexOf(",oom_memcg=");
            return new Chosen(
                    number,
                    comm,
                    group < 0 || group > task ? null : KernelLogText.path(line.substring(group + 12, task)),
                    limitedBy < 0 || group < limitedBy
                            ? null
                            : KernelLogText.path(line.substring(limitedBy + 11, group)));
        } catch (IllegalArgumentException e) {
            return OTHER;
        }
    }

    /** The first {@code ,task=} after which no more than a comm follows. */
    private static int taskField(String line, int end) {
        int at = line.indexOf(",task=");
        while (at >= 0 && at < end) {
            if (KernelLogText.bytes(line.substring(at + 6, end)).length <= COMM_BYTES) {
                return at;
            }
            at = line.indexOf(",task=", at + 1);
        }
        return -1;
    }
}
