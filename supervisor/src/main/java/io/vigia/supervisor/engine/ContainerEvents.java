package io.vigia.supervisor.engine;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import java.time.Duration;
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

    void started(int pid, long restarts) {
        append(EventTypes.CONTAINER_STARTED, data().put("pid", pid).put("restarts", restarts));
    }

    void adopted(int pid, long restarts) {
        append(EventTypes.CONTAINER_ADOPTED, data().put("pid", pid).put("restarts", restarts));
    }

    /** An unknown status has neither {@code exitCode} nor {@code signal}. */
    void exited(int pid, ExitStatus status, EndReason reason, long restarts) {
        JsonObject data = data().put("pid", pid);
        switch (status) {
            case ExitStatus.Exited(int code) -> data.put("exitCode", code);
            case ExitStatus.Signaled(int signal, boolean dumped) ->
                data.put("signal", signal).put("coreDumped", dumped);
            case ExitStatus.Unknown(String why) -> data.put("detail", why);
        }
        append(EventTypes.CONTAINER_EXITED, data.put("reason", reason.apiName()).put("restarts", restarts));
    }

    void restarting(long restarts, Duration delay) {
        append(EventTypes.CONTAINER_RESTARTING, data().put("restarts", restarts).put("delayMs", delay.toMillis()));
    }

    void failed(String why, long restarts) {
        append(EventTypes.CONTAINER_FAILED, data().put("detail", why).put("restarts", restarts));
    }

    private JsonObject data() {
        return new JsonObject().put("container", container);
    }

    private void append(String type, JsonObject data) {
        journal.append(new EventDraft(type, subject, clock.instant(), data));
    }
}
