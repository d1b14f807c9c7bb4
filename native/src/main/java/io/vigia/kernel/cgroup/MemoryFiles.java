package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.kernel.parse.MemoryText;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;

/** v2's memory controller: use, events and reclaim. */
final class MemoryFiles extends ControllerFiles {
    MemoryFiles() {
        super(Controller.MEMORY);
    }

    static Reading<MemoryStat> stat(CgroupDir directory) {
        return Readings.then(
                directory.readNumber(CgroupFiles.MEMORY_CURRENT),
                current -> Readings.parse(
                        directory.read(CgroupFiles.MEMORY_STAT),
                        CgroupFiles.MEMORY_STAT,
                        text -> MemoryText.stat(
                                text,
                                current,
                                Readings.orMinusOne(directory.readNumber(CgroupFiles.MEMORY_PEAK)),
                                Readings.orMinusOne(directory.readNumber(CgroupFiles.MEMORY_SWAP_CURRENT)))));
    }

    static Reading<MemoryEvents> events(CgroupDir directory, String file) {
        return Readings.parse(directory.read(file), file, MemoryText::events);
    }

    static Reading<SwapEvents> swapEvents(CgroupDir directory) {
        return Readings.parse(
                directory.read(CgroupFiles.MEMORY_SWAP_EVENTS), CgroupFiles.MEMORY_SWAP_EVENTS, MemoryText::swapEvents);
    }

    /** {@code memory.reclaim} (Linux 5.19); EAGAIN says that it got less than asked for. */
    static Reading<Long> reclaim(CgroupDir directory, long bytes) {
        Reading<Long> before = directory.readNumber(CgroupFiles.MEMORY_CURRENT);
        Reading<Boolean> written;
        try {
            written = directory.write(CgroupFiles.MEMORY_RECLAIM, Long.toString(bytes));
        } catch (KernelException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
            written = Reading.known(false);
        }
        return Readings.then(
                written,
                ok -> Readings.then(
                        before,
                        was -> directory.readNumber(CgroupFiles.MEMORY_CURRENT).map(now -> Math.max(0, was - now))));
    }
}
