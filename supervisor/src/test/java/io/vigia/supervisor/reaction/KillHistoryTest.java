package io.vigia.supervisor.reaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.model.CgroupId;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.policy.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final CgroupId GROUP = new CgroupId(7);

    @TempDir
    Path folder;

    private SqliteJournal journal;

    @BeforeEach
    void open() {
        journal = SqliteJournal.open(JournalOptions.of(folder, "n", Duration.ofDays(1), 1 << 20));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private KillHistory of(String boot) {
        return new KillHistory(journal, boot, KillHistory.load(journal, boot));
    }

    private void aKillTwoSecondsAgo() {
        of("a boot").keep("p", GROUP, List.of(1_000_000_000L), new Moment(3_000_000_000L, NOW));
        await().atMost(60, TimeUnit.SECONDS).until(() -> kept() == 1);
    }

    private int kept() {
        return journal.load(Store.Table.KILLS).size();
    }

    @Test
    void tellsTheNextVigiaOnce() {
        aKillTwoSecondsAgo();
        KillHistory next = of("a boot");
        assertThat(next.take("p", GROUP)).containsExactly(NOW.minusSeconds(2));
        assertThat(next.take("p", GROUP)).isEmpty();
        assertThat(next.take("q", GROUP)).isEmpty();
    }

    @Test
    void countsNothingOfAnotherBoot() {
        aKillTwoSecondsAgo();
        assertThat(of("another boot").take("p", GROUP)).isEmpty();
    }

    @Test
    void forgetsWhatNobodyTook() {
        aKillTwoSecondsAgo();
        of("another boot").forgetWhatNobodyTook();
        await().atMost(60, TimeUnit.SECONDS).until(() -> kept() == 0);
    }
}
