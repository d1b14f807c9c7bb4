package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.EventSentences.words;
import static io.vigia.supervisor.cli.text.Fields.number;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventTypes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sentences for what happens to containers. */
final class ContainerSentences {
    private ContainerSentences() {}

    static @Nullable String of(String type, JsonObject d) {
        String who = "container " + text(d, "container", "?");
        return switch (type) {
            case EventTypes.CONTAINER_CREATED -> who + " was made";
            case EventTypes.CONTAINER_STARTED -> who + " started" + words(" as process ", d, "pid");
            case EventTypes.CONTAINER_READY -> who + " is ready";
            case EventTypes.CONTAINER_UNREADY -> who + " is not ready any more" + words(": ", d, "reason");
            case EventTypes.CONTAINER_EXITED -> who + " ended" + ending(d);
            case EventTypes.CONTAINER_RESTARTING ->
                who + " starts again" + in(number(d, "delayMs")) + words(", restart ", d, "restarts");
            case EventTypes.CONTAINER_FAILED -> who + " failed" + words(": ", d, "detail");
            case EventTypes.CONTAINER_ADOPTED -> who + " runs on, taken over" + words(" as process ", d, "pid");
            default -> null;
        };
    }

    /** Neither code nor signal means that nobody knows, which is never told as 0. */
    static String ending(JsonObject d) {
        String how;
        if (number(d, "exitCode") != null) {
            how = " with code " + text(d, "exitCode", "");
        } else if (number(d, "signal") != null) {
            how = " by signal " + text(d, "signal", "")
                    + (d.getValue("coreDumped") == Boolean.TRUE ? ", core dumped" : "");
        } else {
            how = " in an unknown way" + words(" (", d, "detail") + (text(d, "detail") == null ? "" : ")");
        }
        String reason = switch (text(d, "reason", "")) {
            case "oom" -> ", out of memory";
            case "stopped" -> ", as it was asked to";
            case "policy" -> ", because a policy ended it";
            default -> "";
        };
        return how + reason;
    }

    private static String in(@Nullable Number delayMs) {
        return delayMs == null ? "" : " in " + Units.duration(Duration.ofMillis(delayMs.longValue()));
    }
}
