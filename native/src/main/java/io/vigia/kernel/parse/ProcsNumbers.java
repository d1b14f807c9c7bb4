package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.List;

/** {@code cgroup.procs}: how many lines, and the first of them; 0 is a process of another PID namespace. */
public final class ProcsNumbers implements FileNumbers {
    @Override
    public List<CgroupNumber> numbers() {
        return List.of(CgroupNumber.PROCESSES, CgroupNumber.FIRST_PROCESS);
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        long count = 0;
        long first = CgroupNumbers.UNKNOWN;
        int at = 0;
        while (at < length) {
            if (first < 0 && text[at] != '0') {
                first = Digits.at(text, at, length);
            }
            count++;
            at = Digits.next(text, at, length, '\n') + 1;
        }
        into.set(CgroupNumber.PROCESSES, count);
        into.set(CgroupNumber.FIRST_PROCESS, first);
    }
}
