package io.vigia.supervisor.engine;

import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The real steps, for a test that changes one of them. */
class RealSegmentFiles implements SegmentFiles {
    private final SegmentFiles real = SegmentFiles.onDisk(new JnaSyscalls());

    @Override
    public FileChannel open(Path segment) throws IOException {
        return real.open(segment);
    }

    @Override
    public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
        return real.copy(from, at, count, to);
    }

    @Override
    public void sync(FileChannel segment) throws IOException {
        real.sync(segment);
    }

    @Override
    public void punch(Path file, long end) {
        real.punch(file, end);
    }

    @Override
    public void delete(Path segment) throws IOException {
        real.delete(segment);
    }
}
