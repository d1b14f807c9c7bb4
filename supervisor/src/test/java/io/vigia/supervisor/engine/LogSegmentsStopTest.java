package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Output cut into segments while it grows, with a stop after each step that changes the disk. */
class LogSegmentsStopTest extends SegmentedLog {
    /**
     * The real steps, of which the {@code last} is the last that is done: the next one stops, as kill -9 does. While they are done the container
     * writes on.
     */
    private final class Stopping extends RealSegmentFiles {
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
            return super.open(segment);
        }

        /** A few bytes at once, for a stop within a line. */
        @Override
        public long copy(FileChannel from, long at, long count, FileChannel to) throws IOException {
            step("copy");
            return super.copy(from, at, Math.min(count, 101), to);
        }

        @Override
        public void sync(FileChannel segment) throws IOException {
            step("sync");
            super.sync(segment);
        }

        @Override
        public void punch(Path file, long end) {
            try {
                step("punch");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            super.punch(file, end);
        }

        @Override
        public void delete(Path segment) throws IOException {
            step("delete");
            super.delete(segment);
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
    void keepsALineThatNoSegmentHolds() throws Exception {
        begin(0);
        String text = "x".repeat(3 * SEGMENT_BYTES) + "\n" + "y".repeat(SEGMENT_BYTES) + "\n";
        append(text);
        boolean stopped = stops(open(new Stopping(2), ALL));
        assertThat(stopped).isTrue();
        long unused = open(ALL).rotate();
        assertThat(read(open(ALL)).text()).startsWith(text);
    }
}
