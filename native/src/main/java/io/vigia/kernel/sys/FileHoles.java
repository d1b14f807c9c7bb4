package io.vigia.kernel.sys;

import com.sun.jna.Native;

/** Gives disk space back from within a file that somebody else appends to. */
public final class FileHoles {
    private static final int FALLOC_FL_KEEP_SIZE = 0x1;
    private static final int FALLOC_FL_PUNCH_HOLE = 0x2;

    private FileHoles() {}

    /**
     * fallocate(2) with FALLOC_FL_PUNCH_HOLE: the bytes from {@code offset} read as zeros and cost no blocks; size and
     * positions stay. Blocking; any thread.
     *
     * @throws KernelException.Unsupported where the file system cannot (ext4, xfs, btrfs and tmpfs can)
     */
    public static void punch(Fd fd, long offset, long length) {
        if (!fd.acquire()) {
            return;
        }
        try {
            if (LibC.fallocate(fd.number(), FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, length) != 0) {
                throw KernelException.of("fallocate", fd.target(), Native.getLastError());
            }
        } finally {
            fd.release();
        }
    }
}
