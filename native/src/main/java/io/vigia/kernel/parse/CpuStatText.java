package io.vigia.kernel.parse;

import io.vigia.kernel.model.CpuStat;

/** {@code cpu.stat} of v2 and of v1's cpu controller. */
public final class CpuStatText {
    private static final long NANOS_PER_MICRO = 1_000;

    private CpuStatText() {}

    /** v2: use always, throttling where the controller is enabled. */
    public static CpuStat parse(String text) {
        CgroupKeyed keys = new CgroupKeyed(text);
        return new CpuStat(
                keys.get("usage_usec"),
                keys.get("user_usec"),
                keys.get("system_usec"),
                keys.get("nr_periods"),
                keys.get("nr_throttled"),
                keys.get("throttled_usec"));
    }

    /** Use from the v2 file, throttling from v1's, which counts {@code throttled_time} in nanoseconds. */
    public static CpuStat parseHybrid(String v2Text, String v1Text) {
        CpuStat use = parse(v2Text);
        CgroupKeyed keys = new CgroupKeyed(v1Text);
        long periods = keys.get("nr_periods");
        long throttled = keys.get("nr_throttled");
        long nanos = keys.get("throttled_time");
        return new CpuStat(
                use.usageUsec(),
                use.userUsec(),
                use.systemUsec(),
                periods,
                throttled,
                nanos < 0 ? -1 : nanos / NANOS_PER_MICRO);
    }
}
