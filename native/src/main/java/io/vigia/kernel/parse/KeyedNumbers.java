package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.Arrays;
import java.util.List;

/** Some keys of a flat keyed file ({@code KEY VALUE\n}…; cgroup-v2.rst, "Format"), fastest when they are in the file's order. */
public final class KeyedNumbers implements FileNumbers {
    private final byte[][] keys;
    private final CgroupNumber[] targets;
    private final long[] divisors;

    /** @param divisor from the file's unit to the number's */
    public record Key(String name, CgroupNumber target, long divisor) {
        public Key(String name, CgroupNumber target) {
            this(name, target, 1);
        }
    }

    public KeyedNumbers(Key... wanted) {
        keys = Arrays.stream(wanted).map(key -> Digits.ascii(key.name + " ")).toArray(byte[][]::new);
        targets = Arrays.stream(wanted).map(Key::target).toArray(CgroupNumber[]::new);
        divisors = Arrays.stream(wanted).mapToLong(Key::divisor).toArray();
    }

    @Override
    public List<CgroupNumber> numbers() {
        return List.of(targets);
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        for (CgroupNumber target : targets) {
            into.set(target, CgroupNumbers.UNKNOWN);
        }
        int found = 0;
        int expected = 0;
        int at = 0;
        while (at < length && found < keys.length) {
            int key = keyAt(text, at, length, expected);
            if (key >= 0) {
                long value = Digits.at(text, at + keys[key].length, length);
                into.set(targets[key], value < 0 ? value : value / divisors[key]);
                expected = key + 1;
                found++;
            }
            at = Digits.next(text, at, length, '\n') + 1;
        }
    }

    private int keyAt(byte[] text, int at, int length, int expected) {
        for (int i = 0; i < keys.length; i++) {
            int key = (expected + i) % keys.length;
            if (Digits.startsWith(text, at, length, keys[key])) {
                return key;
            }
        }
        return -1;
    }
}
