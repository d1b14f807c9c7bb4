package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A journal in a process of its own, to be killed: appends without end, and prints the number of each event that is sent. */
public final class JournalHarness {
    private JournalHarness() {}

    public static void main(String[] arguments) {
        SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(Path.of(arguments[0]), "harness", Duration.ofDays(1), 1L << 26));
        AutoCloseable unused = journal.subscribe(batch -> {
            StringBuilder lines = new StringBuilder();
            batch.forEach(event -> lines.append(event.sequence()).append('\n'));
            System.out.print(lines);
            System.out.flush();
        });
        JsonObject data = new JsonObject().put("text", "x".repeat(200));
        while (true) {
            // As far ahead of the disk as the queue holds.
            if (journal.lost() > 0) {
                throw new IllegalStateException("the queue was too small");
            }
            for (int i = 0; i < 50; i++) {
                journal.append(new EventDraft(EventTypes.GROUP_CREATED, "vigia/demo", Instant.now(), data));
            }
            long next = journal.bounds().next();
            while (journal.bounds().next() == next) {
                Thread.onSpinWait();
            }
        }
    }
}
