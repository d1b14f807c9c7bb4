package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directories of one group, each opened at most once in one reading. */
final class MeterDirectories implements AutoCloseable {
    private static final int READ = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW;

    private final BaseCgroup cgroup;
    private @Nullable Reading<Fd> v2;
    private @Nullable Map<Controller, Reading<Fd>> others;

    MeterDirectories(BaseCgroup cgroup) {
        this.cgroup = cgroup;
    }

    /** Where the file is; closed with this. Unknown where the group has no such directory. */
    Reading<Fd> of(MeterFile file) {
        Controller controller = file.controller();
        if (controller == null) {
            if (v2 == null) {
                v2 = open(file);
            }
            return v2;
        }
        if (others == null) {
            others = new EnumMap<>(Controller.class);
        }
        return others.computeIfAbsent(controller, c -> open(file));
    }

    /** For reading; the caller closes. Unknown where there is no such file, gone when the directory is. */
    Reading<Fd> openFile(MeterFile file) {
        return Readings.then(of(file), directory -> {
            Reading<Fd> fd = cgroup.v2.hierarchy().syscalls().openAt(directory, file.nameBytes(), READ, file.name());
            return fd instanceof Reading.Gone<Fd> && isAlive(file) ? Reading.unknown("no " + file.name()) : fd;
        });
    }

    private boolean isAlive(MeterFile file) {
        return directory(file) instanceof Reading.Known<CgroupDir>(CgroupDir dir) && dir.isAlive();
    }

    private Reading<Fd> open(MeterFile file) {
        try {
            return Readings.then(directory(file), CgroupDir::open);
        } catch (KernelException e) {
            if (Errno.meansShort(e.errno())) {
                // It is there, and can be had another time.
                throw e;
            }
            return Reading.unknown(String.valueOf(e.getMessage()));
        }
    }

    private Reading<CgroupDir> directory(MeterFile file) {
        return file.controller() == null ? Reading.known(cgroup.v2) : cgroup.directory(file.controller());
    }

    @Override
    public void close() {
        close(v2);
        if (others != null) {
            others.values().forEach(MeterDirectories::close);
        }
    }

    private static void close(@Nullable Reading<Fd> directory) {
        if (directory instanceof Reading.Known<Fd>(Fd fd)) {
            fd.close();
        }
    }
}
