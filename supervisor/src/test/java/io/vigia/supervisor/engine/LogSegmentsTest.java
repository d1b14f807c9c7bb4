package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output cut into segments while it grows, with a stop after each step that changes the disk. */
class LogSegmentsTest {
    private static final int SEGMENT_BYTES = 256;
    private static final int ALL = 1_000;
    private static final int KEEP = 2;

    @TempDir
    Path top;

    private Path directory = Path.of("");
    private int written;

    /** A container's log folder of its own for each run, with {@code lines} lines that nobody looked at yet. */
    private void begin(int lines) throws IOException {
        directory = Files.createTempDirectory(top, "log");
        written = 0;
        write(lines);
    }

    private void write(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(++written).append('\n');
        }
        append(text.toString());
    }

    private void append(String text) throws IOException {
        Files.writeString(
                directory.resolve(LogSegments.CURRENT), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private LogSegments open(int keep) {
        return open(onDisk(), keep);
    }

    private LogSegments open(SegmentFiles files, int keep) {
        return new LogSegments(directory, files, SEGMENT_BYTES, keep);
    }

    private static SegmentFiles onDisk() {
        return SegmentFiles.onDisk(new JnaSyscalls());
    }

    private record Output(long from, String text) {
        List<Integer> lines() {
            return text.lines().map(Integer::valueOf).toList();
        }
    }

    /** All that is kept, in pieces that fit no line and no segment. */
    private static Output read(LogSegments segments) throws IOException {
        StringBuilder text = new StringBuilder();
        long first = -1;
        long next = 0;
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

    private List<Integer> linesFrom(int first) {
        return IntStream.rangeClosed(first, written).boxed().toList();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("seg."))
                    .sorted()
                    .toList();
        }
    }

    /** Each kept segment ends with a line, so that the oldest can go without leaving half of one. */
    private void assertWholeLines() throws IOException {
        for (Path segment : segments()) {
            assertThat(Files.readString(segment)).as(segment.toString()).endsWith("\n");
        }
    }

    /**
     * The real steps, of which the {@code last} is the last that is done: the next one stops, as kill -9 does. While they are done the container
     * writes on.
     */
    private final class Stopping implements SegmentFiles {
        private final SegmentFiles real = onDisk();
        private final List<String> done = new ArrayList<>();
        private final int last;

        Stopping(int last) {
            this.last = last;
        }

        private void step(String name) throws IOException {
            if (done.size() >= last) {
                throw new Stopped();
            }
            done.add(name);
            write(1);
        }

        @Override
        public FileChannel open(Path segment) throws IOException {
            step("open");
            return real.open(segment);
        }

        /** A few bytes at once, for a stop within a line. */
        @Override
        public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
            step("copy");
            return real.copy(from, at, Math.min(count, 101), to);
        }

        @Override
        public void sync(FileChannel segment) throws IOException {
            step("sync");
            real.sync(segment);
        }

        @Override
        public void punch(Path file, long end) {
            try {
                step("punch");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            real.punch(file, end);
        }

        @Override
        public void delete(Path segment) throws IOException {
            step("delete");
            real.delete(segment);
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("killed here", null, false, false);
        }
    }

    /** @return whether it was stopped; if not, there are no more steps to stop after */
    private static boolean stops(LogSegments segments) throws IOException {
        try {
            long unused = segments.rotate();
            return false;
        } catch (Stopped e) {
            return true;
        }
    }

    private List<String> steps(int keep) throws IOException {
        begin(400);
        Stopping all = new Stopping(Integer.MAX_VALUE);
        assertThat(stops(open(all, keep))).isFalse();
        return all.done;
    }

    @Test
    void losesAndDoublesNoLineWhereverItStops() throws Exception {
        List<String> steps = steps(ALL);
        assertThat(steps).contains("open", "copy", "sync", "punch");
        for (int last = 0; last < steps.size(); last++) {
            begin(400);
            assertThat(stops(open(new Stopping(last), ALL))).isTrue();
            assertThat(read(open(ALL)).lines()).as("stopped after step " + last).isEqualTo(linesFrom(1));
            write(100);
            long unused = open(ALL).rotate();
            assertThat(read(open(ALL)).lines()).as("went on after step " + last).isEqualTo(linesFrom(1));
            assertWholeLines();
        }
    }

    @Test
    void losesAndDoublesNoLineWhenItStopsAgainAndAgain() throws Exception {
        begin(400);
        int stops = 0;
        // Three steps each time are enough to come on, as what was copied is not copied again.
        while (stops(open(new Stopping(3), ALL))) {
            stops++;
            assertThat(read(open(ALL)).lines()).isEqualTo(linesFrom(1));
            assertThat(stops).isLessThan(1_000);
        }
        assertThat(stops).isGreaterThan(5);
        write(100);
        long unused = open(ALL).rotate();
        assertThat(read(open(ALL)).lines()).isEqualTo(linesFrom(1));
        assertWholeLines();
    }

    @Test
    void keepsWhatItPromisesWhereverItStops() throws Exception {
        List<String> steps = steps(KEEP);
        assertThat(steps).contains("delete");
        for (int last = 0; last < steps.size(); last++) {
            begin(400);
            boolean unused = stops(open(new Stopping(last), KEEP));
            assertPromised("stopped after step " + last);
            write(100);
            long size = open(KEEP).rotate();
            assertThat(size).isEqualTo(Files.size(directory.resolve(LogSegments.CURRENT)));
            assertPromised("went on after step " + last);
            assertThat(segments()).hasSize(KEEP);
            assertWholeLines();
        }
    }

    /** What is kept is whole lines without a gap, to the last that was written, and two full segments if there ever were as many. */
    private void assertPromised(String when) throws IOException {
        Output kept = read(open(KEEP));
        int first = kept.lines().getFirst();
        assertThat(kept.lines()).as(when).isEqualTo(linesFrom(first));
        long before = IntStream.range(1, first)
                .map(line -> Integer.toString(line).length() + 1)
                .sum();
        assertThat(kept.from()).as(when + ": position of line " + first).isEqualTo(before);
        // A segment ends with the last line that fits.
        long full = KEEP * (SEGMENT_BYTES - 4L);
        assertThat(first == 1 || kept.text().length() >= full)
                .as(when + ": kept from line " + first)
                .isTrue();
    }

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
            assertThat(from(segments, segments.tail(last)).lines())
                    .as("the last " + last)
                    .isEqualTo(linesFrom(written - last + 1));
        }
        assertThat(segments.tail(lines + 1L)).isEqualTo(kept.from());
        assertThat(segments.tail(0)).isEqualTo(segments.size());
        append("half");
        assertThat(from(segments, segments.tail(2)).text()).isEqualTo(written + "\nhalf");
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

    private static Output from(LogSegments segments, long begin) throws IOException {
        StringBuilder text = new StringBuilder();
        long next = begin;
        while (true) {
            LogChunk chunk = segments.read(next, 37, true);
            if (chunk.ended()) {
                return new Output(begin, text.toString());
            }
            text.append(chunk.bytes().toString(StandardCharsets.US_ASCII));
            next = chunk.next();
        }
    }

    /** As after a power loss: what was not synced may be gone, so it must not be gone from where it was copied from. */
    @Test
    void punchesOnlyWhatWasSynced() throws Exception {
        List<String> order =
                steps(ALL).stream().filter(step -> !step.equals("copy")).toList();
        assertThat(order.size() % 3).isZero();
        for (int i = 0; i < order.size(); i += 3) {
            assertThat(order.subList(i, i + 3)).containsExactly("open", "sync", "punch");
        }
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

    /** A full disk is no stop: the same vigia tries again. */
    @Test
    void goesOnInTheSameSegmentAfterAFailure() throws Exception {
        begin(400);
        SegmentFiles full = new Failing(onDisk());
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
        LogSegments segments = open(new Full(onDisk()), KEEP);
        unused = segments.rotate();
        Output kept = read(segments);
        assertThat(kept.lines()).isEqualTo(linesFrom(kept.lines().getFirst()));
        assertThat(segments()).hasSize(KEEP);
        assertWholeLines();
    }

    /** Has room for one segment after each that is deleted. */
    private static final class Full extends Real {
        private long room;

        Full(SegmentFiles real) {
            super(real);
        }

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
    private static final class Failing extends Real {
        private int copies;

        Failing(SegmentFiles real) {
            super(real);
        }

        @Override
        public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
            if (++copies == 2) {
                throw new IOException("No space left on device");
            }
            return super.copy(from, at, copies == 1 ? 10 : count, to);
        }
    }

    private static class Real implements SegmentFiles {
        private final SegmentFiles real;

        Real(SegmentFiles real) {
            this.real = real;
        }

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

    @Test
    void keepsALineThatNoSegmentHolds() throws Exception {
        begin(0);
        String text = "x".repeat(3 * SEGMENT_BYTES) + "\n" + "y".repeat(SEGMENT_BYTES) + "\n";
        append(text);
        boolean stopped = stops(open(new Stopping(2), ALL));
        assertThat(stopped).isTrue();
        long unused = open(ALL).rotate();
        assertThat(read(open(ALL)).text()).startsWith(text);
    }

    @Test
    void hasNothingWhereNothingWasWritten() throws Exception {
        directory = Files.createTempDirectory(top, "log");
        assertThat(open(KEEP).size()).isZero();
        assertThat(open(KEEP).rotate()).isZero();
        assertThat(read(open(KEEP))).isEqualTo(new Output(0, ""));
    }
}
