package io.vigia.supervisor.engine;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.FileHoles;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** What {@link LogSegments} changes on disk, one step each; a crash may come after any of them. Blocking. */
interface SegmentFiles {
    /** Opens a segment at its end, made if there is none. */
    FileChannel open(Path segment) throws IOException;

    /** Appends at least one and at most {@code count} bytes; how many. */
    long copy(FileChannel from, long at, long count, FileChannel to) throws IOException;

    void sync(FileChannel segment) throws IOException;

    /** Gives back the space of all bytes before {@code end}, which then read as zeros. */
    void punch(Path file, long end);

    void delete(Path segment) throws IOException;

    static SegmentFiles onDisk(Syscalls syscalls) {
        return new SegmentFiles() {
            @Override
            public FileChannel open(Path segment) throws IOException {
                FileChannel channel = FileChannel.open(
                        segment,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
                // Not with O_APPEND, which copy_file_range(2) refuses.
                return channel.position(channel.size());
            }

            @Override
            public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
                // Within the kernel (copy_file_range(2)) where it can.
                long copied = from.transferTo(at, count, to);
                if (copied <= 0) {
                    throw new IOException("nothing of " + count + " bytes could be copied from " + at + " on");
                }
                return copied;
            }

            @Override
            public void sync(FileChannel segment) throws IOException {
                segment.force(true);
            }

            @Override
            public void punch(Path file, long end) {
                byte[] path =
                        CgroupPath.unescape(CgroupPath.escape(file.toString().getBytes(StandardCharsets.UTF_8)));
                if (syscalls.open(path, OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW) instanceof Reading.Known<Fd>(Fd fd)) {
                    try (fd) {
                        FileHoles.punch(fd, 0, end);
                    }
                }
            }

            @Override
            public void delete(Path segment) throws IOException {
                Files.deleteIfExists(segment);
            }
        };
    }
}
