package io.vigia.kernel.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The block of {@code struct linux_dirent64} that getdents64(2) fills. */
final class DirectoryEntries {
    private static final byte DT_DIR = 4;

    private DirectoryEntries() {}

    /** Visits all but {@code .} and {@code ..}; how many. */
    static int visit(byte[] block, Syscalls.EntryVisitor visitor) {
        ByteBuffer entries = ByteBuffer.wrap(block).order(ByteOrder.nativeOrder());
        int count = 0;
        int at = 0;
        while (at + StructLayout.DIRENT_NAME < block.length) {
            int length = Short.toUnsignedInt(entries.getShort(at + StructLayout.DIRENT_RECLEN));
            int from = at + StructLayout.DIRENT_NAME;
            int to = from;
            while (to < at + length && block[to] != 0) {
                to++;
            }
            if (!isDots(block, from, to)) {
                visitor.entry(
                        Arrays.copyOfRange(block, from, to),
                        entries.getLong(at + StructLayout.DIRENT_INO),
                        block[at + StructLayout.DIRENT_TYPE] == DT_DIR);
                count++;
            }
            at += length;
        }
        return count;
    }

    private static boolean isDots(byte[] block, int from, int to) {
        return (to - from == 1 && block[from] == '.')
                || (to - from == 2 && block[from] == '.' && block[from + 1] == '.');
    }
}
