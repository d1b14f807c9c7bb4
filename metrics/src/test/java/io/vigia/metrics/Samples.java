package io.vigia.metrics;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.InterfaceStat;
import io.vigia.kernel.model.IoStat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Groups to scrape. */
final class Samples {
    private Samples() {}

    /** Every number is known. */
    static GroupSample known(String id) {
        CgroupNumbers numbers = new CgroupNumbers();
        for (CgroupNumber number : CgroupNumber.values()) {
            numbers.set(number, 1);
        }
        numbers.set(CgroupNumber.CPU_USAGE_USEC, 81_234);
        numbers.set(CgroupNumber.CPU_SOME_USEC, 4_500_000);
        numbers.set(CgroupNumber.MEMORY_CURRENT_BYTES, 7_340_032);
        numbers.set(CgroupNumber.MEMORY_INACTIVE_FILE_BYTES, 1_000_000);
        numbers.set(CgroupNumber.MEMORY_MAX_BYTES, 536_870_912);
        numbers.set(CgroupNumber.MEMORY_AND_SWAP_MAX_BYTES, CgroupNumbers.UNLIMITED);
        numbers.set(CgroupNumber.CPU_QUOTA_USEC, 50_000);
        numbers.set(CgroupNumber.EVENTS_OOM_KILL, 4);
        numbers.io(List.of(new IoStat(8, 16, 4096, 8192, 1, 2)));
        numbers.interfaces(List.of(new InterfaceStat("eth0", 1, 2, 3, 4, 5, 6, 7, 8)));
        return new GroupSample(new GroupLabels(id, "", "", null), numbers, 1_700_000_000_250L, DeviceNames.NUMBERS);
    }

    static GroupSample unknown(String id) {
        return new GroupSample(new GroupLabels(id, "", "", null), new CgroupNumbers(), -1, DeviceNames.NUMBERS);
    }

    static String render(Exposition exposition, List<GroupSample> groups, Format format) {
        ByteText out = new ByteText();
        exposition.render(groups, format, 1_500, out);
        return new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8);
    }
}
