package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.List;

/** The {@code total=} of both lines of a pressure file, in microseconds. */
public final class PressureTotals implements FileNumbers {
    private static final byte[] SOME = Digits.ascii("some ");
    private static final byte[] FULL = Digits.ascii("full ");
    private static final byte[] TOTAL = Digits.ascii(" total=");

    private final CgroupNumber some;
    private final CgroupNumber full;

    public PressureTotals(CgroupNumber some, CgroupNumber full) {
        this.some = some;
        this.full = full;
    }

    @Override
    public List<CgroupNumber> numbers() {
        return List.of(some, full);
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        into.set(some, CgroupNumbers.UNKNOWN);
        into.set(full, CgroupNumbers.UNKNOWN);
        int at = 0;
        while (at < length) {
            int end = Digits.next(text, at, length, '\n');
            if (Digits.startsWith(text, at, end, SOME)) {
                into.set(some, total(text, at, end));
            } else if (Digits.startsWith(text, at, end, FULL)) {
                into.set(full, total(text, at, end));
            }
            at = end + 1;
        }
    }

    // The last field, so look from the end.
    private static long total(byte[] text, int from, int end) {
        for (int at = end - TOTAL.length; at >= from; at--) {
            if (text[at] == ' ') {
                return Digits.startsWith(text, at, end, TOTAL)
                        ? Digits.at(text, at + TOTAL.length, end)
                        : CgroupNumbers.UNKNOWN;
            }
        }
        return CgroupNumbers.UNKNOWN;
    }
}
