package io.vigia.supervisor.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseIntent;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each "kill -9" is a log that is not closed and opened again. */
class LeaseLogTest {
    private static final LimitValue FREE = new LimitValue.Max();
    private static final LeaseHolder HOLDER = LeaseHolder.ofPolicy("p", new CgroupId(7));
    private static final Moment NOW = new Moment(1, Instant.EPOCH);

    @TempDir
    Path folder;

    private Path disk;
    private Path spare;
    private LeaseLog log;
    private LeaseBook book = LeaseBook.EMPTY;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("state"));
        disk = folder.resolve("state/leases.log");
        spare = folder.resolve("v.sock.leases");
        log = open("a boot");
    }

    private LeaseLog open(String boot) {
        return LeaseLog.open(folder.resolve("state"), folder.resolve("v.sock"), boot);
    }

    private static LeaseKey key(int group) {
        return new LeaseKey(new CgroupPath("/g" + group), new CgroupId(group), "pids.max");
    }

    private void lease(int group, long value) {
        save(book.take(key(group), HOLDER, LeaseIntent.TIGHTEN, new LimitValue.Amount(value), FREE, null, NOW)
                .book());
    }

    private void save(LeaseBook next) {
        log.note(book, next);
        book = next;
        log.flush();
    }

    private void assertNothingIsForgotten() {
        assertThat(open("a boot").book(NOW).toMaps()).isEqualTo(book.toMaps());
    }

    /** Nothing can be appended to it, or take its place. */
    private void breakDisk() throws IOException {
        Files.deleteIfExists(disk);
        Files.delete(disk.getParent());
        Files.createFile(disk.getParent());
        log = open("a boot");
    }

    private void mendDisk() throws IOException {
        Files.delete(disk.getParent());
        Files.createDirectory(disk.getParent());
    }

    @Test
    void keepsAFileThatCannotBeRead() throws IOException {
        Files.createDirectories(disk.resolve("damage"));
        log = open("a boot");
        lease(1, 10);
        log.bringBack();

        assertNothingIsForgotten();
        assertThat(disk).isRegularFile();
        assertThat(spare).doesNotExist();
        try (Stream<Path> beside = Files.list(disk.getParent())) {
            assertThat(beside.filter(file -> file.getFileName().toString().startsWith("leases.log.unread-")))
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.resolve("damage")).isDirectory());
        }
    }

    @Test
    void writesNothingWhileNothingIsLeased() {
        log.note(LeaseBook.EMPTY, LeaseBook.EMPTY);
        log.reclaimed(new CgroupPath("/g1"));
        assertThat(disk).doesNotExist();
        assertThat(spare).doesNotExist();
    }

    @Test
    void hasWhatWasTakenChangedAndGivenBack() {
        lease(1, 10);
        lease(2, 20);
        lease(1, 11);
        assertNothingIsForgotten();
        save(book.gone(new CgroupId(2)).book());
        assertNothingIsForgotten();
        assertThat(spare).doesNotExist();
    }

    @Test
    void goesOnWhereAnEarlierOneEnded() {
        lease(1, 10);
        log = open("a boot");
        lease(1, 11);
        assertNothingIsForgotten();
    }

    @Test
    void forgetsWhatIsOfAnotherBoot() {
        lease(1, 10);
        assertThat(open("another boot").book(NOW).keys()).isEmpty();
    }

    @Test
    void passesOverATornLine() throws IOException {
        lease(1, 10);
        byte[] torn = "{\"n\":2,\"boot\":\"a boot\",\"key\":\"1/pids.max\",\"path\":\"/niño".getBytes(UTF_8);
        Files.write(disk, Arrays.copyOf(torn, torn.length - 2), StandardOpenOption.APPEND);
        assertNothingIsForgotten();
        log = open("a boot");
        lease(2, 20);
        assertNothingIsForgotten();
    }

    @Test
    void leavesOutADocumentThatCannotBeRead() throws IOException {
        lease(1, 10);
        Files.writeString(
                disk, "{\"n\":9,\"boot\":\"a boot\",\"key\":\"9/x\",\"document\":{}}\n", StandardOpenOption.APPEND);
        assertNothingIsForgotten();
    }

    @Test
    void keepsBesideTheSocketWhatTheDiskDoesNotTakeAndBringsItBack() throws IOException {
        breakDisk();
        lease(1, 10);
        lease(2, 20);
        assertThat(log.isBeside()).isTrue();
        assertNothingIsForgotten();
        log.bringBack();
        assertThat(log.isBeside()).isTrue();

        mendDisk();
        log.bringBack();
        assertThat(log.isBeside()).isFalse();
        assertThat(spare).doesNotExist();
        assertNothingIsForgotten();
    }

    @Test
    void takesTheNewestOfBothFiles() throws IOException {
        lease(1, 10);
        String earlier = Files.readString(disk);
        breakDisk();
        log = open("a boot");
        lease(1, 10);
        lease(1, 11);
        mendDisk();
        Files.writeString(disk, earlier);
        assertNothingIsForgotten();
        log = open("a boot");
        assertThat(log.isBeside()).isTrue();
        save(book.gone(new CgroupId(1)).book());
        assertNothingIsForgotten();
    }

    @Test
    void staysSmall() throws IOException {
        lease(2, 20);
        for (int i = 0; i < 5_000; i++) {
            lease(1, i);
        }
        assertThat(Files.size(disk)).isLessThan(600_000);
        assertNothingIsForgotten();
    }

    @Test
    void tellsOfAReclaimThatWasCutOff() {
        CgroupPath path = new CgroupPath("/g1");
        log.reclaiming(path, new JsonObject().put("before", "max"));
        assertThat(open("a boot").cutOffReclaims().values()).containsExactly(new JsonObject().put("before", "max"));
        log.reclaimed(path);
        assertThat(open("a boot").cutOffReclaims()).isEmpty();
        assertNothingIsForgotten();
    }
}
