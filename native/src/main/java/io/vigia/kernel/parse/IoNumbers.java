package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code io.stat}, or v1's {@code blkio.throttle.io_service_bytes_recursive}, which has no operations. */
public final class IoNumbers implements FileNumbers {
    /** What v1 says of a group that did nothing: {@code Total 0}. */
    private static final byte[] NOTHING_V1 = Digits.ascii("Total 0");

    private final boolean v1;

    public IoNumbers(boolean v1) {
        this.v1 = v1;
    }

    @Override
    public List<CgroupNumber> numbers() {
        return List.of();
    }

    @Override
    public void parse(byte[] text, int length, CgroupNumbers into) {
        if (length == 0 || (v1 && Digits.startsWith(text, 0, length, NOTHING_V1))) {
            into.io(List.of());
            return;
        }
        String all = new String(text, 0, length, StandardCharsets.US_ASCII);
        try {
            into.io(v1 ? IoText.bytesV1(all) : IoText.stat(all));
        } catch (IllegalArgumentException e) {
            into.io(List.of());
        }
    }

    @Override
    public void fill(long value, CgroupNumbers into) {
        into.io(List.of());
    }
}
