package io.vigia.kernel.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.Patience;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimeSliceKernelIT {
    private static <T> T onAThreadOfItsOwn(Callable<T> task) throws Exception {
        FutureTask<T> done = new FutureTask<>(task);
        Thread.ofPlatform().start(done);
        return done.get(Patience.seconds(30), TimeUnit.SECONDS);
    }

    private static boolean heeded() {
        String[] version = System.getProperty("os.version").split("[.-]", 3);
        return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6012;
    }

    @Test
    void theKernelTakesItFromTheReleaseOnThatHeedsIt() throws Exception {
        assertThat(onAThreadOfItsOwn(TimeSlice::shorten)).isEqualTo(heeded());
    }

    @Test
    void whatTheThreadStartsHasTheSystemsOwn() throws Exception {
        Path self = Path.of("/proc/thread-self/sched");
        assumeTrue(
                heeded() && Files.exists(self) && !slice(Files.readString(self)).equals("none"),
                "/proc/PID/sched tells no slice on this kernel");
        String usual = slice(Files.readString(self));
        String[] slices = onAThreadOfItsOwn(() -> {
            assertThat(TimeSlice.shorten()).isTrue();
            Process child = new ProcessBuilder("cat", "/proc/self/sched").start();
            String of = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return new String[] {
                slice(Files.readString(self)), slice(of), onAThreadOfItsOwn(() -> slice(Files.readString(self)))
            };
        });
        assertThat(slices).containsExactly("500000", usual, usual);
    }

    private static String slice(String sched) {
        return sched.lines()
                .filter(line -> line.startsWith("se.slice"))
                .map(line -> line.replaceAll(".*: *", ""))
                .findFirst()
                .orElse("none");
    }
}
