package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.supervisor.guest.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The demo as it is in the repository, with the groups below a parent of its own, so that one that somebody looks at meanwhile is not in its way.
 * Not a KernelIT: an emulated processor cannot answer its requests, so the guests tell the story with smaller ones (src/it/vm/guest).
 */
final class DemoIT extends StartedProgram {
    /** A chapter takes seconds, and up to a wave of load and the pause after it. */
    private static final Duration BOUND = Patience.of(120);

    /** As a shell tells a death by SIGINT. */
    private static final int INTERRUPTED = 130;

    @BeforeEach
    void requiresPressure() {
        assumeTrue(Files.exists(Path.of("/proc/pressure/cpu")), "the kernel tells no pressure");
    }

    @Test
    void tellsItsStoryAndLeavesNothingBehind() throws Exception {
        Process vigia = program.start(
                Path.of("/dev/null"),
                program.interruptible("up", "--parent", "/" + program.parent, "examples/demo.yaml"));
        try {
            tells("web  cpu pressure: some tasks stalled ");
            tells(
                    "web  policy protect-web fires: ",
                    "batch  cpu\\.max max 100000 → 30000 100000, by policy protect-web");
            quietEnough(() -> tells(
                    "web  policy protect-web sees relief: .* the lease is given back",
                    "batch  cpu\\.max 30000 100000 → max 100000, by lease end"));
            tells(
                    "batch  policy contain-batch fires: .* memory\\.current, share of memory\\.max: ",
                    "batch  → policy contain-batch reclaims from ",
                    "batch  → policy contain-batch kills in \\S+/batch/hoard",
                    "batch  container hoard ended .*, because a policy ended it",
                    "batch  container hoard starts again ",
                    "batch  container hoard started as process ");
            List<ProcessHandle> started = vigia.descendants().toList();
            assertThat(started).isNotEmpty();
            Launcher.interrupt(vigia);
            assertThat(program.end(vigia).code()).isEqualTo(INTERRUPTED);
            // The last ones are reaped by the next reaper above, which need not have happened yet.
            await().atMost(BOUND).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            // Not by force unless it must be: only a vigia that ends by itself ends what it started.
            vigia.destroy();
            var unused = program.end(vigia);
        }
    }

    /** Waits until these are told, in this order, whatever else is told between them. */
    private void tells(String... sentences) throws IOException {
        Pattern story = Pattern.compile(
                Arrays.stream(sentences)
                        .map(sentence -> "^\\+\\S+  \\S*" + sentence)
                        .collect(java.util.stream.Collectors.joining("(?s:.*?)")),
                Pattern.MULTILINE);
        try {
            await().atMost(BOUND).until(() -> story.matcher(program.text("out")).find());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not told: " + List.of(sentences) + "\n" + program.text("out") + program.text("err"), e);
        }
    }

    private interface Chapter {
        void told() throws IOException;
    }

    /** Where others keep every processor busy, web waits for them whatever is taken from batch. */
    private static void quietEnough(Chapter chapter) throws IOException {
        long[] before = processors();
        try {
            chapter.told();
        } catch (AssertionError e) {
            long[] after = processors();
            long idle = 100 * (after[1] - before[1]) / Math.max(1, after[0] - before[0]);
            assumeTrue(
                    idle > 25,
                    "others keep the processors busy: they idled " + idle + "% of the time with batch throttled");
            throw e;
        }
    }

    /** Their time and that of it in which they were idle, in ticks. Source: proc_stat(5). */
    private static long[] processors() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            long[] ticks = Arrays.stream(lines.findFirst().orElseThrow().split(" +"))
                    .skip(1)
                    .limit(8)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new long[] {Arrays.stream(ticks).sum(), ticks[3] + ticks[4]};
        }
    }
}
