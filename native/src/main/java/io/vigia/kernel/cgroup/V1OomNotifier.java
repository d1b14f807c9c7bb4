package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;

/** Binds an eventfd to {@code memory.oom_control} (cgroup-v1/memory.rst, "OOM Control"). */
final class V1OomNotifier {
    private V1OomNotifier() {}

    static Reading<Fd> register(CgroupDir directory) {
        return Readings.then(
                directory.openFile(CgroupFiles.V1_OOM_CONTROL, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW), control -> {
                    try (control) {
                        return register(directory, control);
                    }
                });
    }

    // The kernel keeps its own reference to the file: the descriptor may go afterwards.
    private static Reading<Fd> register(CgroupDir directory, Fd control) {
        Syscalls syscalls = directory.hierarchy().syscalls();
        Fd event = syscalls.eventFd();
        boolean bound = false;
        try {
            Reading<Boolean> written =
                    directory.write(CgroupFiles.V1_EVENT_CONTROL, event.number() + " " + control.number());
            bound = written instanceof Reading.Known<Boolean>;
            return written.map(ok -> event);
        } finally {
            if (!bound) {
                event.close();
            }
        }
    }
}
