package io.vigia.supervisor.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A container's output over kills of whoever cuts it. */
class LogCrashKernelIT extends KilledEngine {
    /**
     * The container writes a burst of a dozen segments each time it may, and as soon as the first of them is there, whoever cuts them is
     * killed. All segments are kept, so that every line must be there.
     */
    @Test
    void losesAndDoublesNoLineOverKillsInRotation() throws Exception {
        int kills = 3;
        int burst = 2_000;
        Path go = stateDir.resolve("go");
        String command =
                "b=0; i=0; while [ $b -le " + kills + " ]; do until [ -e " + go + ".$b ]; do sleep 0.02; done; "
                        + "b=$((b+1)); while [ $i -lt $((b*" + burst + ")) ]; do i=$((i+1)); "
                        + "echo $i a line that is long enough for few of them; done; done; exec sleep 1003";
        Files.writeString(stateDir.resolve("manifest.yaml"), one(command, ""));
        List<String> options = List.of("-Dvigia.log.segmentBytes=8192", "-Dvigia.log.keepSegments=1000");
        for (int kill = 0; kill < kills; kill++) {
            Path next = stateDir.resolve("go." + kill);
            runAndKill(kill == 0 ? "running" : "adopted", options, () -> {
                int before = segments();
                Files.createFile(next);
                await().atMost(BOUND)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> segments() > before);
            });
        }
        int cut = segments();
        assertTrue(cut >= kills, () -> cut + " segments");
        Files.createFile(stateDir.resolve("go." + kills));
        List<String> wanted = IntStream.rangeClosed(1, (kills + 1) * burst)
                .mapToObj(i -> i + " a line that is long enough for few of them")
                .toList();
        long size = wanted.stream().mapToLong(line -> line.length() + 1).sum();
        EngineHost host = takeOver();
        await().atMost(BOUND).until(() -> Files.size(stateDir.resolve("logs/g/a/current")) >= size);
        StringBuilder all = new StringBuilder();
        for (long from = 0; from < size; ) {
            long at = from;
            var chunk = host.run(() -> host.groups.log("g", "a", at, 1 << 20));
            assertEquals(from, chunk.from());
            assertTrue(chunk.bytes().length() > 0, () -> "nothing at " + at);
            all.append(chunk.bytes());
            from = chunk.next();
        }
        assertEquals(wanted, all.toString().lines().toList());
    }

    private int segments() {
        String[] names = stateDir.resolve("logs/g/a").toFile().list((folder, name) -> name.startsWith("seg."));
        return names == null ? 0 : names.length;
    }
}
