package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.CgroupFiles.V1_LIMIT;
import static io.vigia.kernel.cgroup.CgroupFiles.V1_MEMSW_LIMIT;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.MemoryText;
import io.vigia.kernel.sys.KernelException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** v1's memory controller (cgroup-v1/memory.rst). */
final class V1MemoryFiles extends ControllerFiles {
    private static final Logger log = LoggerFactory.getLogger(V1MemoryFiles.class);

    /** No limit reads as the largest number of whole pages, whatever the page size up to 64 KiB. */
    static final long UNLIMITED_FROM = Long.MAX_VALUE / 65_536 * 65_536;

    V1MemoryFiles() {
        super(Controller.MEMORY);
    }

    @Override
    @Nullable
    String unsupported(LimitFile file) {
        return switch (file) {
            case MEMORY_HIGH, MEMORY_LOW, MEMORY_MIN, MEMORY_OOM_GROUP ->
                "the memory controller is mounted as v1, which has no " + file.fileName()
                        + (file == LimitFile.MEMORY_HIGH ? " (soft_limit_in_bytes is not the same)" : "")
                        + "; boot with systemd.unified_cgroup_hierarchy=1, or use memory.max";
            default -> null;
        };
    }

    @Override
    List<String> fileNames(LimitFile file) {
        return List.of(file == LimitFile.MEMORY_SWAP_MAX ? V1_MEMSW_LIMIT : V1_LIMIT);
    }

    @Override
    Reading<LimitValue> read(CgroupDir directory, LimitFile file) {
        Reading<Long> limit = bytes(directory, V1_LIMIT);
        if (file == LimitFile.MEMORY_MAX) {
            return limit.map(V1MemoryFiles::value);
        }
        return Readings.then(
                bytes(directory, V1_MEMSW_LIMIT),
                both -> limit.map(memory -> both >= UNLIMITED_FROM
                        ? new LimitValue.Max()
                        : new LimitValue.Amount(Math.max(0, both - memory))));
    }

    @Override
    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        return file == LimitFile.MEMORY_MAX
                ? writeMax(directory, amount(value))
                : writeSwapMax(directory, amount(value));
    }

    static Reading<MemoryStat> stat(CgroupDir directory) {
        return Readings.then(
                directory.readNumber(CgroupFiles.V1_USAGE),
                usage -> Readings.parse(
                        directory.read(CgroupFiles.MEMORY_STAT),
                        CgroupFiles.MEMORY_STAT,
                        text -> MemoryText.statV1(
                                text, usage, Readings.orMinusOne(directory.readNumber(CgroupFiles.V1_MAX_USAGE)))));
    }

    // With swap limited to nothing, memory plus swap is the counter that is hit, and its hits are not counted (measured
    // on
    // 6.18: memory.memsw.failcnt stays 0): unknown, not zero.
    static Reading<MemoryEvents> events(CgroupDir directory) {
        long both = Readings.orMinusOne(directory.readNumber(V1_MEMSW_LIMIT));
        boolean uncounted =
                both >= 0 && both < UNLIMITED_FROM && both <= Readings.orMinusOne(directory.readNumber(V1_LIMIT));
        return Readings.then(
                directory.readNumber(CgroupFiles.V1_FAILCNT),
                failcnt -> Readings.parse(
                        directory.read(CgroupFiles.V1_OOM_CONTROL),
                        CgroupFiles.V1_OOM_CONTROL,
                        text -> MemoryText.eventsV1(text, uncounted ? -1 : failcnt)));
    }

    /**
     * With those of the groups below, as memory.events of v2 counts: v1 counts a kill where the victim was, which is seldom where the
     * limit is. What a removed group had counted is lost.
     */
    static Reading<MemoryEvents> eventsOfTree(CgroupDir directory) {
        return events(directory).map(own -> {
            MemoryEvents sum = own;
            for (CgroupDir child : directory.children()) {
                MemoryEvents below = eventsOfTree(child).orNull();
                if (below != null) {
                    sum = new MemoryEvents(
                            sum.low(),
                            sum.high(),
                            plus(sum.max(), below.max()),
                            sum.oom(),
                            plus(sum.oomKill(), below.oomKill()),
                            sum.oomGroupKill());
                }
            }
            return sum;
        });
    }

    // -1 is unknown, and so is a sum of which a part is.
    private static long plus(long one, long other) {
        return one < 0 || other < 0 ? -1 : one + other;
    }

    // memory plus swap may never be below memory: the swap allowance is carried along, on the side that allows it.
    private static Reading<Boolean> writeMax(CgroupDir directory, long bytes) {
        Reading<Long> both = bytes(directory, V1_MEMSW_LIMIT);
        if (!(both instanceof Reading.Known<Long>(Long sum)) || sum >= UNLIMITED_FROM) {
            return directory.write(V1_LIMIT, text(bytes));
        }
        return Readings.then(bytes(directory, V1_LIMIT), present -> {
            long swap = Math.max(0, sum - present);
            String wanted = text(bytes < 0 ? -1 : Math.addExact(bytes, swap));
            boolean raised = bytes < 0 || bytes > present;
            return Readings.then(
                    directory.write(raised ? V1_MEMSW_LIMIT : V1_LIMIT, raised ? wanted : text(bytes)),
                    ok -> raised
                            ? secondOfTwo(directory, V1_LIMIT, text(bytes), V1_MEMSW_LIMIT, sum)
                            : secondOfTwo(directory, V1_MEMSW_LIMIT, wanted, V1_LIMIT, present));
        });
    }

    // With one written and not the other the swap allowance would be another one, for whoever writes the old limit
    // back.
    private static Reading<Boolean> secondOfTwo(
            CgroupDir directory, String file, String data, String first, long firstWas) {
        boolean written = false;
        try {
            Reading<Boolean> second = directory.write(file, data);
            written = second instanceof Reading.Known<Boolean>;
            return second;
        } finally {
            if (!written) {
                putBack(directory, first, firstWas);
            }
        }
    }

    private static void putBack(CgroupDir directory, String file, long was) {
        try {
            Reading<Boolean> unused = directory.write(file, was >= UNLIMITED_FROM ? "-1" : text(was));
        } catch (KernelException e) {
            log.warn("{} cannot be set back to {}: {}", file, was, e.getMessage());
        }
    }

    private static Reading<Boolean> writeSwapMax(CgroupDir directory, long swap) {
        if (swap < 0) {
            return directory.write(V1_MEMSW_LIMIT, "-1");
        }
        return Readings.then(bytes(directory, V1_LIMIT), memory -> {
            if (memory >= UNLIMITED_FROM) {
                return Reading.unknown("v1 limits memory and swap together (" + V1_MEMSW_LIMIT
                        + "): set memory.max before memory.swap.max");
            }
            return directory.write(V1_MEMSW_LIMIT, Long.toString(Math.addExact(memory, swap)));
        });
    }

    static LimitValue value(long bytes) {
        return bytes >= UNLIMITED_FROM ? new LimitValue.Max() : new LimitValue.Amount(bytes);
    }

    private static long amount(LimitValue value) {
        return switch (value) {
            case LimitValue.Max() -> -1;
            case LimitValue.Amount(long bytes) -> bytes >= UNLIMITED_FROM ? -1 : bytes;
            default -> throw new IllegalArgumentException("not a number of bytes: " + value);
        };
    }

    private static String text(long bytes) {
        return Long.toString(bytes);
    }

    private static Reading<Long> bytes(CgroupDir directory, String file) {
        return Readings.parse(directory.read(file), file, MemoryText::amount);
    }
}
