package io.vigia.supervisor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.guest.ThisJvm;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a process that writes without pause, again and again: no number that was sent is lost or used twice, and none is left out. */
class JournalCrashIT {
    private static final int KILLS = 15;

    @TempDir
    Path stateDir;

    /** Kills after so many numbers were seen; the last number that was sent. */
    private long runAndKill(int afterLines) throws Exception {
        Process process = new ProcessBuilder(ThisJvm.command(List.of(), JournalHarness.class, stateDir.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long last = 0;
        try (BufferedReader sent = process.inputReader()) {
            for (int i = 0; i < afterLines; i++) {
                last = Math.max(last, Long.parseLong(sent.readLine()));
            }
            // Not of the Process, which would close its streams with it.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            // What was sent before the end is in the pipe still; a cut line is no number that anybody got.
            String whole = null;
            for (String line = sent.readLine(); line != null; line = sent.readLine()) {
                if (whole != null) {
                    last = Math.max(last, Long.parseLong(whole));
                }
                whole = line;
            }
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return last;
    }

    @Test
    void numbersHaveNoHolesOverManyKills() throws Exception {
        long highest = 0;
        for (int round = 0; round < KILLS; round++) {
            long sent = runAndKill(20 + round * 37);
            assertThat(sent).as("round %s goes on above what was sent", round).isGreaterThan(highest);
            highest = sent;
        }
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(stateDir, "test", Duration.ofDays(1), 1L << 26))) {
            List<Event> all = journal.read(0, EventFilter.ALL, 1_000_000);
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).sequence()).isEqualTo(i + 1L);
            }
            assertThat(all.size()).isGreaterThanOrEqualTo((int) highest);
            assertThat(all).noneMatch(event -> event.type().equals(EventTypes.SUPERVISOR_OVERFLOW));
        }
    }
}
