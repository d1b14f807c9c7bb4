package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaseBookTest {
    private static final LeaseKey KEY = new LeaseKey(new CgroupPath("/batch"), new CgroupId(3), "memory.max");
    private static final LeaseHolder A = LeaseHolder.ofPolicy("a", new CgroupId(9));
    private static final LeaseHolder B = LeaseHolder.ofPolicy("b", new CgroupId(9));
    private static final LimitValue ORIGINAL = new LimitValue.Max();
    private static final Moment NOW = new Moment(-1000, Instant.EPOCH);

    private static LimitValue bytes(long amount) {
        return new LimitValue.Amount(amount);
    }

    private static LeaseChange tighten(LeaseBook book, LeaseHolder holder, long amount) {
        return book.take(KEY, holder, LeaseIntent.TIGHTEN, bytes(amount), ORIGINAL, null, NOW);
    }

    @Test
    void theTighterOfTwoWins() {
        LeaseBook one = tighten(LeaseBook.EMPTY, A, 100).book().confirmed(KEY, bytes(100));
        LeaseChange looser = tighten(one, B, 200);
        assertThat(looser.writes()).isEmpty();
        assertThat(looser.book().giveBack(A, "relief").writes())
                .containsExactly(new LeaseChange.Write(KEY, bytes(200), false));
    }

    @Test
    void anOperatorsWordWinsWhileItLasts() {
        LeaseBook policy = tighten(LeaseBook.EMPTY, A, 100).book().confirmed(KEY, bytes(100));
        long end = NOW.plus(Duration.ofMinutes(10));
        LeaseChange set = policy.take(KEY, LeaseHolder.API, LeaseIntent.SET, bytes(900), bytes(100), end, NOW);
        assertThat(set.book().expected(KEY)).isEqualTo(bytes(900));
        assertThat(set.book().nextExpiryNanos(NOW)).hasValue(end);
        LeaseChange over = set.book().expire(new Moment(end, Instant.EPOCH));
        assertThat(over.writes()).containsExactly(new LeaseChange.Write(KEY, bytes(100), false));
    }

    @Test
    void eachWordOfAnOperatorEndsAtItsOwnTime() {
        LeaseBook both = set(set(LeaseBook.EMPTY, 500, 10), 900, 1);
        assertThat(both.expected(KEY)).isEqualTo(bytes(900));
        LeaseChange shorter = LeaseBook.fromMaps(both.toMaps(), NOW).expire(after(1));
        assertThat(shorter.writes()).containsExactly(new LeaseChange.Write(KEY, bytes(500), false));
        LeaseChange longer = shorter.book().confirmed(KEY, bytes(500)).expire(after(10));
        assertThat(longer.writes()).containsExactly(new LeaseChange.Write(KEY, ORIGINAL, true));
    }

    @Test
    void theLaterWordOfAnOperatorStaysWhenTheEarlierEndsFirst() {
        LeaseBook both = set(set(LeaseBook.EMPTY, 500, 1), 900, 10);
        LeaseChange earlier = both.expire(after(1));
        assertThat(earlier.writes()).isEmpty();
        assertThat(earlier.book().expire(after(10)).writes())
                .containsExactly(new LeaseChange.Write(KEY, ORIGINAL, true));
    }

    @Test
    void aWordThatAnOperatorRenewsIsOneLease() {
        LeaseBook book = LeaseBook.EMPTY;
        for (int minutes = 1; minutes < 100; minutes++) {
            book = set(book, 500, minutes);
        }
        assertThat(book.leases()).hasSize(1);
        assertThat(book.nextExpiryNanos(NOW)).hasValue(NOW.plus(Duration.ofMinutes(99)));
    }

    private static LeaseBook set(LeaseBook book, long amount, int minutes) {
        return book.take(
                        KEY,
                        LeaseHolder.API,
                        LeaseIntent.SET,
                        bytes(amount),
                        ORIGINAL,
                        NOW.plus(Duration.ofMinutes(minutes)),
                        NOW)
                .book()
                .confirmed(KEY, bytes(amount));
    }

    private static Moment after(int minutes) {
        Duration span = Duration.ofMinutes(minutes);
        return new Moment(NOW.plus(span), NOW.wall().plus(span));
    }

    @Test
    void respectsWhatSomebodyElseWrote() {
        LeaseBook book = tighten(LeaseBook.EMPTY, A, 100).book().confirmed(KEY, bytes(100));
        LeaseChange drift = book.observed(KEY, bytes(777), "someone else");
        assertThat(drift.writes()).isEmpty();
        assertThat(drift.ended()).hasSize(1);
        assertThat(drift.book().keys()).isEmpty();
    }

    @Test
    void finishesAWriteThatACrashCutOff() {
        LeaseBook before = tighten(LeaseBook.EMPTY, A, 100).book();
        LeaseBook after = LeaseBook.fromMaps(before.toMaps(), NOW);
        assertThat(after.reconcile(KEY, ORIGINAL).writes())
                .containsExactly(new LeaseChange.Write(KEY, bytes(100), false));
        assertThat(after.reconcile(KEY, bytes(100)).writes()).isEmpty();
    }

    @Test
    void staysInTheBookUntilTheOriginalIsBack() {
        LeaseBook book = tighten(LeaseBook.EMPTY, A, 100).book().confirmed(KEY, bytes(100));
        LeaseBook giving = LeaseBook.fromMaps(book.giveBack(A, "relief").book().toMaps(), NOW);
        assertThat(giving.holds(KEY)).isTrue();
        assertThat(giving.reconcile(KEY, bytes(100)).writes())
                .containsExactly(new LeaseChange.Write(KEY, ORIGINAL, true));
        assertThat(giving.reconcile(KEY, ORIGINAL).book().keys()).isEmpty();
    }

    @Test
    void tellsWhichDocumentsChanged() {
        LeaseBook taken = tighten(LeaseBook.EMPTY, A, 100).book();
        String document = LeaseBook.documentKey(KEY);
        assertThat(taken.documentsSince(LeaseBook.EMPTY))
                .containsExactly(
                        Map.entry(document, Optional.ofNullable(taken.toMaps().get(document))));
        assertThat(taken.documentsSince(LeaseBook.fromMaps(taken.toMaps(), NOW)))
                .isEmpty();
        assertThat(taken.confirmed(KEY, bytes(100)).documentsSince(taken)).containsOnlyKeys(document);
        assertThat(LeaseBook.EMPTY.documentsSince(taken)).containsExactly(Map.entry(document, Optional.empty()));
    }

    @Test
    void aLeaseThatWasNeverWrittenLeavesNoOriginalBehind() {
        LeaseBook anew = tighten(LeaseBook.EMPTY, A, 100)
                .book()
                .without(KEY)
                .take(KEY, A, LeaseIntent.TIGHTEN, bytes(100), bytes(500), null, NOW)
                .book();
        assertThat(anew.original(KEY)).isEqualTo(bytes(500));
    }
}
