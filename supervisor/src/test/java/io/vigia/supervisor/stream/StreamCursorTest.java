package io.vigia.supervisor.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal.Bounds;
import io.vigia.supervisor.journal.Journal.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamCursorTest {
    private static final EventFilter ALL = new EventFilter(null, null);

    private final RecentEvents recent = new RecentEvents(128, 1 << 20, 10);

    private static StreamCursor cursor(@Nullable Long since, long maxLag) {
        return new StreamCursor(new Bounds(5, 11), since, ALL, maxLag);
    }

    private void happen(long from, long to) {
        recent.add(LongStream.rangeClosed(from, to)
                .mapToObj(n -> new Event(n, "group.created", null, Instant.EPOCH, "{}"))
                .toList());
    }

    /** All there is to do now, in words. */
    private List<String> steps(StreamCursor cursor) {
        List<String> all = new ArrayList<>();
        while (true) {
            switch (cursor.next(recent)) {
                case StreamCursor.Opened opened -> all.add("opened " + opened.oldest() + " " + opened.next());
                case StreamCursor.Gap gap -> all.add("gap " + gap.from() + "-" + gap.to());
                case StreamCursor.Lagging lagging -> all.add("lagging");
                case StreamCursor.Send send ->
                    all.add(String.valueOf(send.event().sequence()));
                case StreamCursor.Skip skip -> all.add("skip");
                case StreamCursor.Read read -> {
                    return withRead(all, read.since());
                }
                case StreamCursor.Idle idle -> {
                    return all;
                }
            }
        }
    }

    private static List<String> withRead(List<String> all, long since) {
        all.add("read " + since);
        return all;
    }

    @Test
    void beginsNowWithoutSince() {
        StreamCursor cursor = cursor(null, 100);
        assertThat(steps(cursor)).containsExactly("opened 5 11");
        happen(11, 12);
        assertThat(steps(cursor)).containsExactly("11", "12");
    }

    @Test
    void declaresWhatIsOlderThanTheJournalAndWhatIsBeyondItsHead() {
        assertThat(steps(cursor(2L, 100))).containsExactly("opened 5 11", "gap 3-4", "read 4");
        assertThat(steps(cursor(99L, 100))).containsExactly("opened 5 11", "gap 11-99");
    }

    @Test
    void readsWhatIsNoLongerInMemory() {
        StreamCursor cursor = cursor(8L, 100);
        assertThat(steps(cursor)).containsExactly("opened 5 11", "read 8");
        cursor.read(new Page(List.of(new Event(9, "group.created", null, Instant.EPOCH, "{}")), 9, 10), 5);
        assertThat(steps(cursor)).containsExactly("9");
    }

    @Test
    void warnsOnceAndIsCutWhenItGoesOnFallingBehind() {
        StreamCursor cursor = cursor(null, 40);
        steps(cursor);
        happen(11, 24);
        assertThat(steps(cursor)).startsWith("lagging", "11").hasSize(15);
        happen(25, 35);
        assertThat(cursor.next(recent)).isInstanceOf(StreamCursor.Lagging.class);
        assertThat(cursor.next(recent)).isInstanceOf(StreamCursor.Send.class);
        happen(36, 50);
        assertThat(cursor.next(recent)).as("said already").isInstanceOf(StreamCursor.Send.class);
        happen(51, 80);
        assertThat(steps(cursor)).containsExactly("gap 27-80");
        happen(81, 82);
        assertThat(steps(cursor)).containsExactly("81", "82");
    }

    @Test
    void doesNotWarnWhoReadsHistory() {
        StreamCursor cursor = cursor(10L, 40);
        steps(cursor);
        StreamCursor behind = cursor(5L, 8);
        happen(11, 20);
        assertThat(steps(behind)).containsExactly("opened 5 11", "read 5");
    }
}
