package io.vigia.supervisor.engine;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.supervise.Effect;
import java.time.InstantSource;

/** What is told of one container; the subject is its group. */
final class ContainerEvents {
    private final Journal journal;
    private final InstantSource clock;
    private final String subject;
    private final String container;

    ContainerEvents(Journal journal, InstantSource clock, String subject, String container) {
        this.journal = journal;
        this.clock = clock;
        this.subject = subject;
        this.container = container;
    }

    void created() {
        append(EventTypes.CONTAINER_CREATED, data());
    }

    void tell(Effect.Emit emit) {
        JsonObject data = data();
        emit.data().forEach(data::put);
        append(emit.type(), data);
    }

    private JsonObject data() {
        return new JsonObject().put("container", container);
    }

    private void append(String type, JsonObject data) {
        journal.append(new EventDraft(type, subject, clock.instant(), data));
    }
}
