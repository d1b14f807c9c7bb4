package io.vigia.kernel.event;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.PressureTrigger;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel said. {@link #nanos()} is {@link System#nanoTime()} when the loop was woken for it, so that reaction
 * times can be measured from the kernel's word.
 */
public sealed interface KernelEvent {
    long nanos();

    /** A cgroup directory appeared, or was found by a listing. {@code id} is {@code null} if it went before it could be opened. */
    record CgroupCreated(CgroupPath path, @Nullable CgroupId id, long nanos) implements KernelEvent {}

    record CgroupRemoved(CgroupPath path, @Nullable CgroupId id, long nanos) implements KernelEvent {}

    /** A file of the cgroup was written or notified; "read again", never "+1". {@code file} is in v2 terms where it is a limit. */
    record CgroupFileChanged(CgroupPath path, CgroupId id, String file, long nanos) implements KernelEvent {}

    record PressureCrossed(CgroupPath path, CgroupId id, PressureTrigger trigger, long nanos) implements KernelEvent {}

    /** The trigger ended without its group having been disarmed: the cgroup is gone. */
    record PressureTriggerLost(CgroupPath path, CgroupId id, PressureTrigger trigger, long nanos)
            implements KernelEvent {}

    /** v1 only: the eventfd of {@code memory.oom_control} fired. */
    record MemoryOomNotified(CgroupPath path, CgroupId id, long nanos) implements KernelEvent {}

    /** A new process (not a thread). PIDs are in vigia's namespace. */
    record ProcessForked(int parentPid, int pid, long nanos) implements KernelEvent {}

    record ProcessExeced(int pid, long nanos) implements KernelEvent {}

    /** The last thread of a process ended; {@code parentPid} is 0 where the kernel does not say. */
    record ProcessExited(int pid, int parentPid, ExitStatus status, long nanos) implements KernelEvent {}

    /** The kernel's OOM killer chose a process. {@code group} is the victim's, {@code null} if the line did not say. */
    record OomVictimChosen(
            int pid,
            String comm,
            @Nullable CgroupPath group,
            @Nullable CgroupPath limitedBy,
            long anonRssBytes,
            long nanos)
            implements KernelEvent {}

    /** A process of the group, a path in the hierarchy of the pids controller, was not allowed to fork; told once in a cgroup's life. */
    record ForksRefused(CgroupPath group, long nanos) implements KernelEvent {}

    /** A network interface was made, removed, moved, or went up or down. */
    record LinkChanged(int index, String name, Change change, long nanos) implements KernelEvent {
        public enum Change {
            ADDED,
            REMOVED,
            UP,
            DOWN
        }
    }

    /**
     * A source lost messages; {@code count} is -1 where it cannot be known. The links have been compared by then, cgroups and processes
     * are yet to be, and what the log said is lost for good.
     */
    record EventsLost(Source source, long count, long nanos) implements KernelEvent {}

    /** Where events come from. */
    enum Source {
        INOTIFY,
        CONNECTOR,
        KMSG,
        LINK,
        PSI
    }
}
