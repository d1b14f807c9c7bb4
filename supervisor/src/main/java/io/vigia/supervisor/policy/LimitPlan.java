package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.EnumMap;
import java.util.Map;

/** New limits from present ones. A present value that cannot be read is not touched: it could not be given back. */
final class LimitPlan {
    private LimitPlan() {}

    /** Only the files that get tighter by it. */
    static Map<LimitFile, LimitValue> tighter(Candidate c, Map<LimitFile, LimitValue> wanted) {
        EnumMap<LimitFile, LimitValue> plan = new EnumMap<>(LimitFile.class);
        wanted.forEach((file, value) -> {
            LimitValue present = c.limit(file).orNull();
            if (present == null || present.equals(value)) {
                return;
            }
            if (!LimitOrder.comparable(value, present) || LimitOrder.tighter(file.fileName(), value, present)) {
                plan.put(file, value);
            }
        });
        return plan;
    }

    /** The raised value; the present one where it is unlimited or at the ceiling. */
    static LimitValue raised(LimitValue present, RungAction.Raise raise) {
        return switch (present) {
            case LimitValue.Amount(long value) -> new LimitValue.Amount(amount(value, raise));
            case LimitValue.CpuQuota(long quota, long period) ->
                new LimitValue.CpuQuota(Math.max(quota, Math.round(quota * (1 + raise.byShare()))), period);
            case LimitValue.Weight(int weight) ->
                new LimitValue.Weight(Math.clamp(Math.round(weight * (1 + raise.byShare())), weight, 10_000));
            case LimitValue.Max max -> max;
            case LimitValue.CpuUnlimited unlimited -> unlimited;
            case LimitValue.Text text -> text;
        };
    }

    private static long amount(long present, RungAction.Raise raise) {
        long step = raise.byBytes() > 0 ? raise.byBytes() : Math.round(present * raise.byShare());
        long next = step <= 0 ? present : present > Long.MAX_VALUE - step ? Long.MAX_VALUE : present + step;
        long capped = raise.ceilingBytes() > 0 ? Math.min(next, raise.ceilingBytes()) : next;
        return Math.max(present, capped);
    }
}
