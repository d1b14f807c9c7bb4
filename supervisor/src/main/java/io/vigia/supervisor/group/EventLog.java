package io.vigia.supervisor.group;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.journal.EventDraft;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Appends events with the time of now. Any thread. */
public final class EventLog {
    private final Consumer<EventDraft> journal;
    private final InstantSource clock;

    /** @param journal never blocks; any thread */
    public EventLog(Consumer<EventDraft> journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    long nowMillis() {
        return clock.millis();
    }

    /** About a group. */
    public void of(CgroupPath group, String type, JsonObject data) {
        append(type, group.id(), data);
    }

    /** About vigia itself. */
    public void ofSupervisor(String type, JsonObject data) {
        append(type, null, data);
    }

    private void append(String type, @Nullable String subject, JsonObject data) {
        journal.accept(new EventDraft(type, subject, clock.instant(), data));
    }
}
