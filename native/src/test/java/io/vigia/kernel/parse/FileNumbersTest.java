package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.InterfaceStat;
import io.vigia.kernel.model.IoStat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNumbersTest {
    private final CgroupNumbers numbers = new CgroupNumbers();

    @Test
    void keysAreFoundInAnyOrderAndOnlyAsWholeWords() {
        KeyedNumbers keys = new KeyedNumbers(
                new KeyedNumbers.Key("oom", CgroupNumber.EVENTS_OOM),
                new KeyedNumbers.Key("max", CgroupNumber.EVENTS_MAX),
                new KeyedNumbers.Key("nanos", CgroupNumber.CPU_THROTTLED_USEC, 1_000),
                new KeyedNumbers.Key("absent", CgroupNumber.EVENTS_LOW));
        parse(keys, "oom_kill 7\nmax 5\nnanos 12999\noom 3");
        assertThat(get(CgroupNumber.EVENTS_OOM)).isEqualTo(3);
        assertThat(get(CgroupNumber.EVENTS_MAX)).isEqualTo(5);
        assertThat(get(CgroupNumber.CPU_THROTTLED_USEC)).isEqualTo(12);
        assertThat(get(CgroupNumber.EVENTS_LOW)).isEqualTo(CgroupNumbers.UNKNOWN);
        parse(keys, "");
        assertThat(get(CgroupNumber.EVENTS_OOM)).isEqualTo(CgroupNumbers.UNKNOWN);
    }

    @Test
    void unknownUnlimitedAndZeroAreThreeValues() {
        SingleNumber max = new SingleNumber(CgroupNumber.MEMORY_MAX_BYTES);
        assertThat(memoryMax(max, "max\n")).isEqualTo(CgroupNumbers.UNLIMITED);
        assertThat(memoryMax(max, "0\n")).isZero();
        assertThat(memoryMax(max, "lots\n")).isEqualTo(CgroupNumbers.UNKNOWN);
        assertThat(memoryMax(max, "99999999999999999999\n")).isEqualTo(CgroupNumbers.UNKNOWN);
        assertThat(memoryMax(max, "-1\n")).as("v1's quota").isEqualTo(CgroupNumbers.UNLIMITED);
        SingleNumber v1 = SingleNumber.unlimitedFrom(9223372036854710272L, CgroupNumber.MEMORY_MAX_BYTES);
        assertThat(memoryMax(v1, "9223372036854771712\n")).isEqualTo(CgroupNumbers.UNLIMITED);
        assertThat(memoryMax(v1, "67108864\n")).isEqualTo(67_108_864);
    }

    @Test
    void weightsAreShares() {
        SingleNumber weight = SingleNumber.scaled(CgroupNumber.CPU_SHARES, 1024, 100);
        parse(weight, "100\n");
        assertThat(get(CgroupNumber.CPU_SHARES)).isEqualTo(1024);
    }

    @Test
    void cpuMaxHasAPeriodWithAndWithoutQuota() {
        parse(new CpuMaxNumbers(), "max 50000\n");
        assertThat(get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(CgroupNumbers.UNLIMITED);
        assertThat(get(CgroupNumber.CPU_PERIOD_USEC)).isEqualTo(50_000);
        parse(new CpuMaxNumbers(), "20000 100000\n");
        assertThat(get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(20_000);
        parse(new CpuMaxNumbers(), "");
        assertThat(get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(CgroupNumbers.UNKNOWN);
        assertThat(get(CgroupNumber.CPU_PERIOD_USEC)).isEqualTo(CgroupNumbers.UNKNOWN);
    }

    @Test
    void pressureHasATotalForEachLine() {
        PressureTotals totals = new PressureTotals(CgroupNumber.IO_SOME_USEC, CgroupNumber.IO_FULL_USEC);
        parse(totals, """
            some avg10=1.50 avg60=0.00 avg300=0.00 total=123456789012
            full avg10=0.00 avg60=0.00 avg300=0.00 total=9
            """);
        assertThat(get(CgroupNumber.IO_SOME_USEC)).isEqualTo(123_456_789_012L);
        assertThat(get(CgroupNumber.IO_FULL_USEC)).isEqualTo(9);
        parse(totals, "full avg10=0.00\n");
        assertThat(get(CgroupNumber.IO_SOME_USEC)).isEqualTo(CgroupNumbers.UNKNOWN);
        assertThat(get(CgroupNumber.IO_FULL_USEC)).isEqualTo(CgroupNumbers.UNKNOWN);
    }

    @Test
    void processesOfOtherNamespacesCountButHaveNoNumber() {
        parse(new ProcsNumbers(), "0\n0\n");
        assertThat(get(CgroupNumber.PROCESSES)).isEqualTo(2);
        assertThat(get(CgroupNumber.FIRST_PROCESS)).isEqualTo(CgroupNumbers.UNKNOWN);
        parse(new ProcsNumbers(), "0\n4711\n12\n");
        assertThat(get(CgroupNumber.PROCESSES)).isEqualTo(3);
        assertThat(get(CgroupNumber.FIRST_PROCESS)).isEqualTo(4711);
        parse(new ProcsNumbers(), "");
        assertThat(get(CgroupNumber.PROCESSES)).isZero();
    }

    @Test
    void devicesAreListedInBothHierarchies() {
        parse(new IoNumbers(false), "8:16 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n");
        assertThat(numbers.io()).containsExactly(new IoStat(8, 16, 4096, 8192, 1, 2));
        parse(new IoNumbers(true), "8:16 Read 4096\n8:16 Write 8192\n8:16 Total 12288\nTotal 12288\n");
        assertThat(numbers.io())
                .containsExactly(new IoStat(8, 16, 4096, 8192, CgroupNumbers.UNKNOWN, CgroupNumbers.UNKNOWN));
        parse(new IoNumbers(true), "Total 0\n");
        assertThat(numbers.io()).isEmpty();
    }

    @Test
    void theLoopbackInterfaceIsLeftOut() {
        assertThat(NetDevText.parse("""
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
              eth0: 1234567     890    1    2    0     0          0         0    76543     321    3    4    0     0       0          0
            """))
                .containsExactly(new InterfaceStat("eth0", 1_234_567, 890, 1, 2, 76_543, 321, 3, 4));
    }

    private long memoryMax(SingleNumber parser, String text) {
        parse(parser, text);
        return get(CgroupNumber.MEMORY_MAX_BYTES);
    }

    private void parse(FileNumbers parser, String text) {
        byte[] bytes = (text + "99 beyond the end").getBytes(StandardCharsets.US_ASCII);
        parser.parse(bytes, text.length(), numbers);
    }

    private long get(CgroupNumber number) {
        return numbers.get(number);
    }
}
