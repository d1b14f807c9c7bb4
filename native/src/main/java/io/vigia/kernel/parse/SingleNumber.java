package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.List;

/** A file with one number, or with {@code max}. */
public final class SingleNumber implements FileNumbers {
    private final CgroupNumber target;
    private final long unlimitedFrom;
    private final int multiplier;
    private final int divisor;

    private SingleNumber(CgroupNumber target, long unlimitedFrom, int multiplier, int divisor) {
        this.target = target;
        this.unlimitedFrom = unlimitedFrom;
        this.multiplier = multiplier;
        this.divisor = divisor;
    }

    public SingleNumber(CgroupNumber target) {
        this(target, CgroupNumbers.UNLIMITED, 1, 1);
    }

    /** v1 has a large number, or a negative one, where v2 has {@code max}. */
    public static SingleNumber unlimitedFrom(long limit, CgroupNumber target) {
        return new SingleNumber(target, limit, 1, 1);
    }

    /** A small number in other terms, rounded down. */
    public static SingleNumber scaled(CgroupNumber target, int multiplier, int divisor) {
        return new SingleNumber(target, CgroupNumbers.UNLIMITED, multiplier, divisor);
    }

    @Override
    public List<CgroupNumber> numbers() {
        return List.of(target);
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        if (length > 0 && text[0] == '-') {
            into.set(target, CgroupNumbers.UNLIMITED);
            return;
        }
        long value = Digits.orMax(text, 0, length);
        if (value >= unlimitedFrom) {
            into.set(target, CgroupNumbers.UNLIMITED);
        } else {
            into.set(target, value < 0 ? value : value * multiplier / divisor);
        }
    }
}
