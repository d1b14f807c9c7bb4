package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Output cut into segments where the disk has no room for the next. */
class LogSegmentsFullDiskTest extends SegmentedLog {
    /** A full disk is no stop: the same vigia tries again. */
    @Test
    void goesOnInTheSameSegmentAfterAFailure() throws Exception {
        begin(400);
        SegmentFiles full = new Failing();
        LogSegments segments = open(full, ALL);
        assertThatThrownBy(segments::rotate).hasMessage("No space left on device");
        assertThat(segments()).hasSize(1);
        assertThat(read(segments).lines()).isEqualTo(linesFrom(1));
        long unused = segments.rotate();
        assertThat(read(segments).lines()).isEqualTo(linesFrom(1));
        assertWholeLines();
    }

    /** The space of a segment that is not kept any longer is that of the next. */
    @Test
    void rotatesOnAFullDisk() throws Exception {
        begin(400);
        long unused = open(KEEP).rotate();
        write(100);
        LogSegments segments = open(new Full(), KEEP);
        unused = segments.rotate();
        Output kept = read(segments);
        assertThat(kept.lines()).isEqualTo(linesFrom(kept.lines().getFirst()));
        assertThat(segments()).hasSize(KEEP);
        assertWholeLines();
    }

    /** Has room for one segment after each that is deleted. */
    private static final class Full extends RealSegmentFiles {
        private long room;

        @Override
        public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
            if (room < count) {
                throw new IOException("No space left on device");
            }
            room -= count;
            return super.copy(from, at, count, to);
        }

        @Override
        public void delete(Path segment) throws IOException {
            super.delete(segment);
            room = SEGMENT_BYTES;
        }
    }

    /** Copies 10 bytes and fails, once. */
    private static final class Failing extends RealSegmentFiles {
        private int copies;

        @Override
        public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
            if (++copies == 2) {
                throw new IOException("No space left on device");
            }
            return super.copy(from, at, copies == 1 ? 10 : count, to);
        }
    }
}
