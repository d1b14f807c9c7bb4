package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A container's output, written line by line and cut into segments of {@value #SEGMENT_BYTES} bytes. */
abstract class SegmentedLog {
    static final int SEGMENT_BYTES = 256;
    static final int ALL = 1_000;
    static final int KEEP = 2;

    @TempDir
    Path top;

    Path directory = Path.of("");
    int written;

    /** A container's log folder of its own for each run, with {@code lines} lines that nobody looked at yet. */
    void begin(int lines) throws IOException {
        directory = Files.createTempDirectory(top, "log");
        written = 0;
        write(lines);
    }

    void write(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(++written).append('\n');
        }
        append(text.toString());
    }

    void append(String text) throws IOException {
        Files.writeString(
                directory.resolve(LogSegments.CURRENT), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    LogSegments open(int keep) {
        return open(new RealSegmentFiles(), keep);
    }

    LogSegments open(SegmentFiles files, int keep) {
        return new LogSegments(directory, files, SEGMENT_BYTES, keep);
    }

    record Output(long from, String text) {
        List<Integer> lines() {
            return text.lines().map(Integer::valueOf).toList();
        }
    }

    /** All that is kept, in pieces that fit no line and no segment. */
    static Output read(LogSegments segments) throws IOException {
        return read(segments, 0);
    }

    /** The same from a position on, or from the oldest that is kept. */
    static Output read(LogSegments segments, long begin) throws IOException {
        StringBuilder text = new StringBuilder();
        long first = -1;
        long next = begin;
        while (true) {
            LogChunk chunk = segments.read(next, 37, true);
            if (first < 0) {
                first = chunk.from();
            } else {
                assertThat(chunk.from()).isEqualTo(next);
            }
            if (chunk.ended()) {
                return new Output(first, text.toString());
            }
            text.append(chunk.bytes().toString(StandardCharsets.US_ASCII));
            next = chunk.next();
        }
    }

    List<Integer> linesFrom(int first) {
        return IntStream.rangeClosed(first, written).boxed().toList();
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("seg."))
                    .sorted()
                    .toList();
        }
    }

    /** Each kept segment ends with a line, so that the oldest can go without leaving half of one. */
    void assertWholeLines() throws IOException {
        for (Path segment : segments()) {
            assertThat(Files.readString(segment)).as(segment.toString()).endsWith("\n");
        }
    }
}
