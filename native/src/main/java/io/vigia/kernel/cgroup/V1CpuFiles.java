package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.CgroupFiles.V1_CFS_BURST;
import static io.vigia.kernel.cgroup.CgroupFiles.V1_CFS_PERIOD;
import static io.vigia.kernel.cgroup.CgroupFiles.V1_CFS_QUOTA;
import static io.vigia.kernel.cgroup.CgroupFiles.V1_SHARES;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import java.util.List;

/** v1's cpu controller (scheduler/sched-bwc.rst). */
final class V1CpuFiles extends ControllerFiles {
    private static final int SHARES_OF_DEFAULT = 1024;
    private static final int DEFAULT_WEIGHT = 100;

    V1CpuFiles() {
        super(Controller.CPU);
    }

    @Override
    List<String> fileNames(LimitFile file) {
        return List.of(
                switch (file) {
                    case CPU_MAX -> V1_CFS_QUOTA;
                    case CPU_MAX_BURST -> V1_CFS_BURST;
                    case CPU_WEIGHT -> V1_SHARES;
                    default -> file.fileName();
                });
    }

    @Override
    Reading<LimitValue> read(CgroupDir directory, LimitFile file) {
        return switch (file) {
            case CPU_MAX ->
                Readings.then(
                        number(directory, V1_CFS_PERIOD),
                        period -> Readings.parse(
                                number(directory, V1_CFS_QUOTA),
                                V1_CFS_QUOTA,
                                quota -> quota < 0
                                        ? new LimitValue.CpuUnlimited(period)
                                        : new LimitValue.CpuQuota(quota, period)));
            case CPU_MAX_BURST -> number(directory, V1_CFS_BURST).map(LimitValue.Amount::new);
            case CPU_WEIGHT -> number(directory, V1_SHARES).map(shares -> new LimitValue.Weight(weight(shares)));
            default -> super.read(directory, file);
        };
    }

    @Override
    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        return switch (file) {
            case CPU_MAX -> writeMax(directory, value);
            case CPU_MAX_BURST -> directory.write(V1_CFS_BURST, value.kernelText());
            case CPU_WEIGHT -> directory.write(V1_SHARES, Long.toString(shares(value)));
            default -> super.write(directory, file, value);
        };
    }

    // The kernel compares quota/period with the parent's at every write: lift the quota before the period changes.
    private static Reading<Boolean> writeMax(CgroupDir directory, LimitValue value) {
        return switch (value) {
            case LimitValue.Max() -> directory.write(V1_CFS_QUOTA, "-1");
            case LimitValue.CpuUnlimited(long period) ->
                Readings.then(
                        directory.write(V1_CFS_QUOTA, "-1"),
                        ok -> directory.write(V1_CFS_PERIOD, Long.toString(period)));
            case LimitValue.CpuQuota(long quota, long period) ->
                Readings.then(number(directory, V1_CFS_PERIOD), present -> {
                    Reading<Boolean> ready = Reading.known(true);
                    if (present != period) {
                        ready = Readings.then(
                                directory.write(V1_CFS_QUOTA, "-1"),
                                ok -> directory.write(V1_CFS_PERIOD, Long.toString(period)));
                    }
                    return Readings.then(ready, ok -> directory.write(V1_CFS_QUOTA, Long.toString(quota)));
                });
            default -> throw new IllegalArgumentException("not a value of cpu.max: " + value);
        };
    }

    static long shares(LimitValue value) {
        if (!(value instanceof LimitValue.Weight(int weight))) {
            throw new IllegalArgumentException("not a weight: " + value);
        }
        return (long) weight * SHARES_OF_DEFAULT / DEFAULT_WEIGHT;
    }

    /** Rounds to the nearest, so that what {@link #shares} rounded down comes back as it was. */
    static int weight(long shares) {
        long rounded = (shares * DEFAULT_WEIGHT + SHARES_OF_DEFAULT / 2) / SHARES_OF_DEFAULT;
        return (int) Math.max(1, Math.min(10_000, rounded));
    }

    private static Reading<Long> number(CgroupDir directory, String file) {
        return Readings.parse(directory.read(file), file, text -> Long.parseLong(text.strip()));
    }
}
