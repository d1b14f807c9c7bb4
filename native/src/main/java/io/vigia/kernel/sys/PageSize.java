package io.vigia.kernel.sys;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's page: 4 KiB on x86, 4, 16 or 64 KiB on arm64, as its kernel was built. Any thread. */
public final class PageSize {
    /** In bytes. From the auxiliary vector, getauxval(3); 4096 where that cannot be read. */
    public static final long BYTES = ofAuxv(auxv());

    private static final long AT_PAGESZ = 6;
    private static final long USUAL = 4096;

    private PageSize() {}

    /** @param auxv pairs of a type and a value, each a word of this machine, until type 0 */
    static long ofAuxv(byte[] auxv) {
        ByteBuffer words = ByteBuffer.wrap(auxv).order(ByteOrder.nativeOrder());
        try {
            for (long type = words.getLong(); type != 0; type = words.getLong()) {
                long value = words.getLong();
                if (type == AT_PAGESZ) {
                    return value;
                }
            }
            return USUAL;
        } catch (BufferUnderflowException e) {
            return USUAL;
        }
    }

    private static byte[] auxv() {
        try {
            return Files.readAllBytes(Path.of("/proc/self/auxv"));
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
