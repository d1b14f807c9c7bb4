package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.List;

/** {@code cpu.max}: {@code QUOTA|max PERIOD} in microseconds. */
public final class CpuMaxNumbers implements FileNumbers {
    @Override
    public List<CgroupNumber> numbers() {
        return List.of(CgroupNumber.CPU_QUOTA_USEC, CgroupNumber.CPU_PERIOD_USEC);
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        int space = Digits.next(text, 0, length, ' ');
        into.set(CgroupNumber.CPU_QUOTA_USEC, Digits.orMax(text, 0, space));
        into.set(CgroupNumber.CPU_PERIOD_USEC, Digits.at(text, Math.min(space + 1, length), length));
    }
}
