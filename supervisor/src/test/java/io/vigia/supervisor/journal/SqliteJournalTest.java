package io.vigia.supervisor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.journal.Store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest {
    @TempDir
    Path directory;

    @Test
    void numbersWithoutHolesAcrossRestarts() {
        for (int run = 0; run < 3; run++) {
            try (SqliteJournal journal = open()) {
                append(journal, 10);
            }
        }
        try (SqliteJournal journal = open()) {
            assertThat(journal.bounds()).isEqualTo(new Journal.Bounds(1, 31));
            assertThat(sequences(journal))
                    .isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
        }
    }

    /** It keeps manifests, whose environment may hold a password. */
    @Test
    void isForItsOwnersEyesAlone() throws Exception {
        Path state = directory.resolve("made/state");
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(state, "test", Duration.ofDays(1), 1L << 26))) {
            append(journal, 1);
            assertThat(modes(state)).containsOnly("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
        }
        Files.setPosixFilePermissions(state.resolve("journal.db"), PosixFilePermissions.fromString("rw-r--r--"));
        try (SqliteJournal journal =
                SqliteJournal.open(JournalOptions.of(state, "test", Duration.ofDays(1), 1L << 26))) {
            append(journal, 1);
            assertThat(modes(state)).as("left open by an earlier one").containsOnly("rw-------");
        }
    }

    private static List<String> modes(Path state) throws IOException {
        try (Stream<Path> files = Files.list(state)) {
            List<String> modes = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            return modes;
        }
    }

    @Test
    void tellsSubscribersOnlyWhatIsOnDiskAndInOrder() {
        try (SqliteJournal journal = open()) {
            List<Long> told = new CopyOnWriteArrayList<>();
            List<Long> missing = new CopyOnWriteArrayList<>();
            journal.subscribe(batch -> batch.forEach(event -> {
                told.add(event.sequence());
                if (journal.read(event.sequence() - 1, EventFilter.ALL, 1).isEmpty()) {
                    missing.add(event.sequence());
                }
            }));
            append(journal, 200);
            await().atMost(10, TimeUnit.SECONDS).until(() -> told.size() == 200);
            assertThat(told).isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
            assertThat(missing).isEmpty();
        }
    }

    @Test
    void keepsTheOrderOfEachThread() throws Exception {
        int threads = 4;
        int each = 2_000;
        try (SqliteJournal journal = open()) {
            CountDownLatch done = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        journal.append(draft("thread/" + thread, new JsonObject().put("i", i)));
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            await().atMost(20, TimeUnit.SECONDS).until(() -> journal.bounds().next() == threads * each + 1);
            Map<String, Integer> next = new HashMap<>();
            for (Event event : journal.read(0, EventFilter.ALL, threads * each)) {
                int i = new JsonObject(event.json()).getJsonObject("data").getInteger("i");
                assertThat(i).isEqualTo(next.merge(String.valueOf(event.subject()), 0, (a, b) -> a + 1));
            }
        }
    }

    @Test
    void usesNoNumberAgainAfterPowerLossAndDeclaresTheRest() {
        long highest = 5;
        try (SqliteJournal journal = open()) {
            append(journal, 5);
        }
        leaveWithoutMark("boot-a", highest + 100);
        try (SqliteJournal journal = SqliteJournal.open(options().withBootId("boot-b"))) {
            append(journal, 1);
            await().until(() -> journal.read(0, EventFilter.ALL, 100).size() == 7);
            List<Event> events = journal.read(highest, EventFilter.ALL, 10);
            assertThat(events.getFirst().type()).isEqualTo(EventTypes.SUPERVISOR_OVERFLOW);
            assertThat(events.getFirst().sequence()).isEqualTo(106);
            JsonObject data = new JsonObject(events.getFirst().json()).getJsonObject("data");
            assertThat(data.getLong("from")).isEqualTo(6);
            assertThat(data.getLong("to")).isEqualTo(105);
            assertThat(data.getLong("lost")).isEqualTo(100);
            assertThat(data.getString("source")).isEqualTo("journal");
        }
    }

    @Test
    void goesOnWithoutHoleAfterTheProcessAloneDied() {
        try (SqliteJournal journal = open()) {
            append(journal, 5);
        }
        leaveWithoutMark("boot-a", 65_536);
        try (SqliteJournal journal = SqliteJournal.open(options().withBootId("boot-a"))) {
            assertThat(journal.bounds().next()).isEqualTo(6);
        }
    }

    @Test
    void movesADamagedDatabaseAsideAndNumbersAboveTheReservation() throws Exception {
        try (SqliteJournal journal = open()) {
            append(journal, 5);
        }
        Files.writeString(
                directory.resolve("journal.db"), "this is no database, but long enough to look like one".repeat(200));
        try (SqliteJournal journal = open()) {
            await().until(() -> journal.bounds().next() == 7);
            assertThat(journal.read(0, EventFilter.ALL, 10).getFirst().type())
                    .isEqualTo(EventTypes.SUPERVISOR_OVERFLOW);
            assertThat(journal.bounds().oldest()).isEqualTo(6);
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("journal.db.corrupt-"));
        }
    }

    @Test
    void refusesASecondVigiaAndSaysWhatToDo() {
        try (SqliteJournal journal = open()) {
            assertThat(journal.health()).isInstanceOf(Support.Available.class);
            assertThatThrownBy(this::open)
                    .isInstanceOf(StateDirectoryInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("--state-dir");
        }
        open().close();
    }

    @Test
    void keepsWaitingEventsWhileTheDiskRefusesAndRecoversByItself() throws Exception {
        Path blocked = directory.resolve("state");
        Files.writeString(blocked, "a file where the directory should be");
        JournalOptions options =
                JournalOptions.of(blocked, "test", Duration.ofDays(1), 1 << 24).withQueue(10, 1 << 20);
        try (SqliteJournal journal = SqliteJournal.open(options)) {
            assertThat(journal.health()).isInstanceOf(Support.Missing.class);
            List<Event> told = new CopyOnWriteArrayList<>();
            journal.subscribe(told::addAll);
            append(journal, 25);
            Future<Void> put = journal.put(Table.CONTAINERS, "a", new JsonObject());
            assertThat(put.failed()).isTrue();
            await().until(() -> journal.lost() == 15);
            assertThatThrownBy(() -> journal.load(Table.CONTAINERS)).isInstanceOf(StoreException.class);
            assertThat(told).isEmpty();

            Files.delete(blocked);
            await().atMost(20, TimeUnit.SECONDS).until(() -> told.size() == 11);
            JsonObject first = new JsonObject(told.getFirst().json());
            assertThat(first.getString("type")).isEqualTo("io.vigia.supervisor.overflow");
            assertThat(first.getJsonObject("data").getLong("lost")).isEqualTo(15);
            assertThat(sequences(journal))
                    .isEqualTo(LongStream.rangeClosed(1, 11).boxed().toList());
            await().until(() -> journal.health() instanceof Support.Available);
            assertThat(journal.put(Table.CONTAINERS, "a", new JsonObject())).satisfies(SqliteJournalTest::succeeds);
        }
    }

    @Test
    void storesDocumentsAcrossRestarts() {
        try (SqliteJournal journal = open()) {
            succeeds(journal.put(Table.GROUPS, "web", new JsonObject().put("a", 1)));
            succeeds(journal.put(Table.GROUPS, "web", new JsonObject().put("a", 2)));
            succeeds(journal.put(Table.GROUPS, "db", new JsonObject()));
            succeeds(journal.delete(Table.GROUPS, "db"));
            succeeds(journal.delete(Table.GROUPS, "never there"));
            for (int i = 0; i < 5; i++) {
                succeeds(journal.put(Table.DECISIONS, "d" + i, new JsonObject().put("i", i)));
            }
        }
        try (SqliteJournal journal = open()) {
            assertThat(journal.load(Table.GROUPS)).isEqualTo(Map.of("web", new JsonObject().put("a", 2)));
            assertThat(journal.newest(Table.DECISIONS, null, 2)).containsOnlyKeys("d3", "d4");
            assertThat(journal.newest(Table.DECISIONS, "d3", 2)).containsOnlyKeys("d1", "d2");
        }
    }

    @Test
    void letsGoOfWhatIsTooOld() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        JournalOptions old = options().withClock(InstantSource.fixed(start));
        try (SqliteJournal journal = SqliteJournal.open(old)) {
            for (int i = 0; i < 1_500; i++) {
                journal.append(new EventDraft(EventTypes.GROUP_CREATED, "a", start, new JsonObject()));
            }
            succeeds(journal.put(Table.DECISIONS, "old", new JsonObject()));
            journal.append(new EventDraft(EventTypes.GROUP_CREATED, "a", start.plusSeconds(86_000), new JsonObject()));
            succeeds(journal.put(Table.DECISIONS, "new", new JsonObject()));
        }
        try (SqliteJournal journal = SqliteJournal.open(options()
                .withClock(InstantSource.fixed(start.plus(Duration.ofDays(1)).plusSeconds(10))))) {
            await().atMost(10, TimeUnit.SECONDS).until(() -> journal.bounds().oldest() == 1_501);
            assertThat(sequences(journal)).containsExactly(1_501L);
            await().until(() -> journal.load(Table.DECISIONS).size() == 1);
            assertThat(journal.load(Table.DECISIONS)).containsOnlyKeys("new");
        }
    }

    @Test
    void staysWithinItsSizeOnDisk() throws Exception {
        long max = 4 << 20;
        JournalOptions options = JournalOptions.of(directory, "test", Duration.ofDays(1), max);
        try (SqliteJournal journal = SqliteJournal.open(options)) {
            JsonObject data = new JsonObject().put("text", "x".repeat(400));
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < 500; i++) {
                    journal.append(draft("a", data));
                }
                long expected = (round + 1) * 500L + 1;
                await().atMost(20, TimeUnit.SECONDS)
                        .until(() -> journal.bounds().next() == expected);
                assertThat(Files.size(Database.file(directory)) + Files.size(Database.log(directory)))
                        .isLessThanOrEqualTo(max);
            }
            Journal.Bounds bounds = journal.bounds();
            assertThat(bounds.oldest()).isGreaterThan(1);
            assertThat(journal.read(0, EventFilter.ALL, 1).getFirst().sequence())
                    .isGreaterThanOrEqualTo(bounds.oldest());
            assertThat(journal.lost()).isZero();
        }
    }

    @Test
    void movesTheLogIntoTheDatabaseWhileNothingIsToBeWritten() {
        JournalOptions options = JournalOptions.of(directory, "node", Duration.ofDays(1), 8L << 20);
        try (SqliteJournal journal = SqliteJournal.open(options)) {
            // Each a commit of its own; far fewer than SQLite itself would wait for.
            for (int i = 1; i <= 20; i++) {
                append(journal, 1);
                long next = i + 1L;
                await().until(() -> journal.bounds().next() == next);
            }
            await().atMost(10, TimeUnit.SECONDS).until(() -> eventsWithoutTheLog() == 20);
        }
    }

    /** What stands in the database's own file; -1 while that is being written. */
    private long eventsWithoutTheLog() throws Exception {
        Path copy =
                Files.copy(Database.file(directory), directory.resolve("copy.db"), StandardCopyOption.REPLACE_EXISTING);
        // In WAL mode SQLite would look for a log beside it; bytes 18 and 19 say which mode
        // (https://www.sqlite.org/fileformat.html).
        byte[] bytes = Files.readAllBytes(copy);
        bytes[18] = 1;
        bytes[19] = 1;
        Files.write(copy, bytes);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM events")) {
            return rows.getLong(1);
        } catch (SQLException e) {
            return -1;
        }
    }

    @Test
    void findsWhatMatchesAcrossBoundedSteps() {
        try (SqliteJournal journal = open()) {
            append(journal, 6_000);
            journal.append(new EventDraft(EventTypes.POLICY_FIRED, "web", Instant.EPOCH, new JsonObject()));
            append(journal, 10);
            await().atMost(10, TimeUnit.SECONDS).until(() -> journal.bounds().next() == 6_012);
            EventFilter filter = new EventFilter(Glob.ofName("policy.*"), Glob.ofPath("/web"));
            assertThat(journal.read(0, filter, 10)).extracting(Event::sequence).containsExactly(6_001L);
            assertThat(journal.scan(0, filter, 10).through()).isEqualTo(4_096);
        }
    }

    private SqliteJournal open() {
        return SqliteJournal.open(options());
    }

    private JournalOptions options() {
        return JournalOptions.of(directory, "test", Duration.ofDays(1), 1L << 26);
    }

    private void leaveWithoutMark(String bootId, long upTo) {
        try {
            new NumberReservation(bootId, upTo, false).write(directory);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void succeeds(Future<Void> future) {
        await().atMost(10, TimeUnit.SECONDS).until(future::isComplete);
        assertThat(future.cause()).isNull();
    }

    private static List<Long> sequences(SqliteJournal journal) {
        return new ArrayList<>(journal.read(0, EventFilter.ALL, 100_000).stream()
                .map(Event::sequence)
                .toList());
    }

    private static void append(SqliteJournal journal, int count) {
        for (int i = 0; i < count; i++) {
            journal.append(draft("vigia/demo", new JsonObject().put("i", i)));
        }
    }

    private static EventDraft draft(String subject, JsonObject data) {
        return new EventDraft(EventTypes.GROUP_CREATED, subject, Instant.now(), data);
    }
}
