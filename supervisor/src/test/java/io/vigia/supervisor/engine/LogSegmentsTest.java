package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What is kept of output that was cut into segments, and where. */
class LogSegmentsTest extends SegmentedLog {
    @Test
    void findsTheLastLinesAcrossSegments() throws Exception {
        begin(400);
        LogSegments segments = open(KEEP);
        assertThat(segments.rotate()).isPositive();
        write(7);
        Output kept = read(segments);
        int lines = kept.lines().size();
        assertThat(lines).isBetween(2 * SEGMENT_BYTES / 5, 399);
        for (int last = 1; last <= lines; last++) {
            assertThat(read(segments, segments.tail(last)).lines())
                    .as("the last " + last)
                    .isEqualTo(linesFrom(written - last + 1));
        }
        assertThat(segments.tail(lines + 1L)).isEqualTo(kept.from());
        assertThat(segments.tail(0)).isEqualTo(segments.size());
        append("half");
        assertThat(read(segments, segments.tail(2)).text()).isEqualTo(written + "\nhalf");
    }

    @Test
    void findsTheLastLinesThatAreLongerThanOneWindow() throws Exception {
        begin(0);
        String line = "x".repeat(200_000) + "\n";
        append(line.repeat(3));
        LogSegments segments = open(KEEP);
        assertThat(segments.tail(1)).isEqualTo(2L * line.length());
        assertThat(segments.tail(2)).isEqualTo(line.length());
        assertThat(segments.tail(3)).isZero();
        assertThat(segments.tail(4)).isZero();
    }

    @Test
    void givesBackTheSpaceAndKeepsThePositions() throws Exception {
        begin(400);
        long size = open(KEEP).rotate();
        byte[] current = Files.readAllBytes(directory.resolve(LogSegments.CURRENT));
        assertThat((long) current.length).isEqualTo(size);
        String segment = segments().getLast().getFileName().toString();
        long end = Long.parseLong(segment.substring("seg.".length()))
                + Files.size(segments().getLast());
        assertThat(size - end).isLessThan(SEGMENT_BYTES);
        for (int i = 0; i < current.length; i++) {
            assertThat(current[i] == 0).as("byte " + i + " of " + end).isEqualTo(i < end);
        }
    }

    @Test
    void hasNothingWhereNothingWasWritten() throws Exception {
        directory = Files.createTempDirectory(top, "log");
        assertThat(open(KEEP).size()).isZero();
        assertThat(open(KEEP).rotate()).isZero();
        assertThat(read(open(KEEP))).isEqualTo(new Output(0, ""));
    }
}
