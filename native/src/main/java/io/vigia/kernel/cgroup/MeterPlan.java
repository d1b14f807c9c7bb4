package io.vigia.kernel.cgroup;

import static io.vigia.kernel.model.CgroupNumber.CPU_FULL_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_PERIODS;
import static io.vigia.kernel.model.CgroupNumber.CPU_PERIOD_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_QUOTA_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_SHARES;
import static io.vigia.kernel.model.CgroupNumber.CPU_SOME_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_SYSTEM_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_THROTTLED_PERIODS;
import static io.vigia.kernel.model.CgroupNumber.CPU_THROTTLED_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_USAGE_USEC;
import static io.vigia.kernel.model.CgroupNumber.CPU_USER_USEC;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_HIGH;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_LOW;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_MAX;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_OOM;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_OOM_GROUP_KILL;
import static io.vigia.kernel.model.CgroupNumber.EVENTS_OOM_KILL;
import static io.vigia.kernel.model.CgroupNumber.IO_FULL_USEC;
import static io.vigia.kernel.model.CgroupNumber.IO_SOME_USEC;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_HIGH;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_LOW;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_MAX;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_OOM;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_OOM_GROUP_KILL;
import static io.vigia.kernel.model.CgroupNumber.LOCAL_OOM_KILL;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_AND_SWAP_MAX_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_ANON_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_CURRENT_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_FILE_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_FULL_USEC;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_INACTIVE_FILE_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_MAX_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_PEAK_BYTES;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_SOME_USEC;
import static io.vigia.kernel.model.CgroupNumber.MEMORY_SWAP_BYTES;
import static io.vigia.kernel.model.CgroupNumber.PIDS_CURRENT;
import static io.vigia.kernel.model.CgroupNumber.PIDS_MAX;

import io.vigia.kernel.cgroup.MeterFile.Need;
import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.parse.CpuMaxNumbers;
import io.vigia.kernel.parse.FileNumbers;
import io.vigia.kernel.parse.IoNumbers;
import io.vigia.kernel.parse.KeyedNumbers;
import io.vigia.kernel.parse.PressureTotals;
import io.vigia.kernel.parse.ProcsNumbers;
import io.vigia.kernel.parse.SingleNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which files a meter reads, each for as many numbers as it has, and in which order: what decides whether another is
 * needed comes before it.
 *
 * @param limits read again only when somebody wrote them
 */
record MeterPlan(List<MeterFile> files, List<MeterFile> limits) {
    private static final int SHARES_OF_DEFAULT = 1024;
    private static final int DEFAULT_WEIGHT = 100;

    MeterPlan {
        files = List.copyOf(files);
        limits = List.copyOf(limits);
    }

    /** @param v1 whether a controller is mounted as v1 */
    static MeterPlan of(Predicate<Controller> v1) {
        List<MeterFile> files = new ArrayList<>();
        List<MeterFile> limits = new ArrayList<>();
        everywhere(files);
        cpu(v1.test(Controller.CPU), files, limits);
        if (v1.test(Controller.MEMORY)) {
            memoryV1(files, limits);
        } else {
            memoryV2(files, limits);
        }
        files.add(file(Controller.PIDS, CgroupFiles.PIDS_CURRENT, Need.ALWAYS, new SingleNumber(PIDS_CURRENT)));
        limits.add(limit(Controller.PIDS, LimitFile.PIDS_MAX.fileName(), new SingleNumber(PIDS_MAX)));
        boolean ioV1 = v1.test(Controller.IO);
        files.add(file(
                Controller.IO, ioV1 ? CgroupFiles.V1_IO_BYTES : CgroupFiles.IO_STAT, Need.ALWAYS, new IoNumbers(ioV1)));
        return new MeterPlan(files, limits);
    }

    Set<String> limitNames() {
        return limits.stream().map(MeterFile::name).collect(Collectors.toSet());
    }

    private static void everywhere(List<MeterFile> files) {
        files.add(pressure("cpu.pressure", CPU_SOME_USEC, CPU_FULL_USEC));
        files.add(pressure("memory.pressure", MEMORY_SOME_USEC, MEMORY_FULL_USEC));
        files.add(pressure("io.pressure", IO_SOME_USEC, IO_FULL_USEC));
        files.add(v2(CgroupFiles.PROCS, new ProcsNumbers()));
    }

    private static void cpu(boolean v1, List<MeterFile> files, List<MeterFile> limits) {
        KeyedNumbers.Key usage = key("usage_usec", CPU_USAGE_USEC);
        KeyedNumbers.Key user = key("user_usec", CPU_USER_USEC);
        KeyedNumbers.Key system = key("system_usec", CPU_SYSTEM_USEC);
        KeyedNumbers.Key periods = key("nr_periods", CPU_PERIODS);
        KeyedNumbers.Key throttled = key("nr_throttled", CPU_THROTTLED_PERIODS);
        if (v1) {
            files.add(v2(CgroupFiles.CPU_STAT, new KeyedNumbers(usage, user, system)));
            // In nanoseconds there.
            KeyedNumbers.Key time = new KeyedNumbers.Key("throttled_time", CPU_THROTTLED_USEC, 1_000);
            files.add(file(
                    Controller.CPU, CgroupFiles.CPU_STAT, Need.ALWAYS, new KeyedNumbers(periods, throttled, time)));
            limits.add(limit(Controller.CPU, CgroupFiles.V1_CFS_QUOTA, new SingleNumber(CPU_QUOTA_USEC)));
            limits.add(limit(Controller.CPU, CgroupFiles.V1_CFS_PERIOD, new SingleNumber(CPU_PERIOD_USEC)));
            limits.add(limit(Controller.CPU, CgroupFiles.V1_SHARES, new SingleNumber(CPU_SHARES)));
        } else {
            KeyedNumbers.Key time = key("throttled_usec", CPU_THROTTLED_USEC);
            files.add(v2(CgroupFiles.CPU_STAT, new KeyedNumbers(usage, user, system, periods, throttled, time)));
            limits.add(limit(Controller.CPU, LimitFile.CPU_MAX.fileName(), new CpuMaxNumbers()));
            limits.add(limit(
                    Controller.CPU,
                    LimitFile.CPU_WEIGHT.fileName(),
                    SingleNumber.scaled(CPU_SHARES, SHARES_OF_DEFAULT, DEFAULT_WEIGHT)));
        }
    }

    private static void memoryV1(List<MeterFile> files, List<MeterFile> limits) {
        memory(files, CgroupFiles.V1_USAGE, Need.ALWAYS, new SingleNumber(MEMORY_CURRENT_BYTES));
        memory(files, CgroupFiles.V1_MAX_USAGE, Need.ALWAYS, new SingleNumber(MEMORY_PEAK_BYTES));
        // The total_ values count descendants, as v2 does.
        memory(
                files,
                CgroupFiles.MEMORY_STAT,
                Need.CHARGES,
                new KeyedNumbers(
                        key("total_cache", MEMORY_FILE_BYTES),
                        key("total_rss", MEMORY_ANON_BYTES),
                        key("total_swap", MEMORY_SWAP_BYTES),
                        key("total_inactive_file", MEMORY_INACTIVE_FILE_BYTES)));
        memory(files, CgroupFiles.V1_FAILCNT, Need.ALWAYS, new SingleNumber(LOCAL_MAX));
        memory(files, CgroupFiles.V1_OOM_CONTROL, Need.ALWAYS, new KeyedNumbers(key("oom_kill", LOCAL_OOM_KILL)));
        long unlimited = V1MemoryFiles.UNLIMITED_FROM;
        limits.add(limit(
                Controller.MEMORY, CgroupFiles.V1_LIMIT, SingleNumber.unlimitedFrom(unlimited, MEMORY_MAX_BYTES)));
        limits.add(limit(
                Controller.MEMORY,
                CgroupFiles.V1_MEMSW_LIMIT,
                SingleNumber.unlimitedFrom(unlimited, MEMORY_AND_SWAP_MAX_BYTES)));
    }

    private static void memoryV2(List<MeterFile> files, List<MeterFile> limits) {
        memory(files, CgroupFiles.MEMORY_CURRENT, Need.ALWAYS, new SingleNumber(MEMORY_CURRENT_BYTES));
        memory(files, CgroupFiles.MEMORY_PEAK, Need.ALWAYS, new SingleNumber(MEMORY_PEAK_BYTES));
        memory(files, CgroupFiles.MEMORY_SWAP_CURRENT, Need.ALWAYS, new SingleNumber(MEMORY_SWAP_BYTES));
        memory(
                files,
                CgroupFiles.MEMORY_STAT,
                Need.CHARGES,
                new KeyedNumbers(
                        key("anon", MEMORY_ANON_BYTES),
                        key("file", MEMORY_FILE_BYTES),
                        key("inactive_file", MEMORY_INACTIVE_FILE_BYTES)));
        memory(
                files,
                CgroupFiles.MEMORY_EVENTS,
                Need.TREE_EVENTS,
                new KeyedNumbers(
                        key("low", EVENTS_LOW),
                        key("high", EVENTS_HIGH),
                        key("max", EVENTS_MAX),
                        key("oom", EVENTS_OOM),
                        key("oom_kill", EVENTS_OOM_KILL),
                        key("oom_group_kill", EVENTS_OOM_GROUP_KILL)));
        memory(
                files,
                CgroupFiles.MEMORY_EVENTS_LOCAL,
                Need.LOCAL_EVENTS,
                new KeyedNumbers(
                        key("low", LOCAL_LOW),
                        key("high", LOCAL_HIGH),
                        key("max", LOCAL_MAX),
                        key("oom", LOCAL_OOM),
                        key("oom_kill", LOCAL_OOM_KILL),
                        key("oom_group_kill", LOCAL_OOM_GROUP_KILL)));
        limits.add(limit(Controller.MEMORY, LimitFile.MEMORY_MAX.fileName(), new SingleNumber(MEMORY_MAX_BYTES)));
    }

    private static KeyedNumbers.Key key(String name, CgroupNumber target) {
        return new KeyedNumbers.Key(name, target);
    }

    private static MeterFile v2(String name, FileNumbers parser) {
        return new MeterFile(null, name, Need.PROCESSES, parser);
    }

    private static MeterFile pressure(String name, CgroupNumber some, CgroupNumber full) {
        return new MeterFile(null, name, Need.PRESSURE, new PressureTotals(some, full));
    }

    private static void memory(List<MeterFile> files, String name, Need need, FileNumbers parser) {
        files.add(file(Controller.MEMORY, name, need, parser));
    }

    private static MeterFile limit(Controller controller, String name, FileNumbers parser) {
        return file(controller, name, Need.ALWAYS, parser);
    }

    private static MeterFile file(Controller controller, String name, Need need, FileNumbers parser) {
        return new MeterFile(controller, name, need, parser);
    }
}
