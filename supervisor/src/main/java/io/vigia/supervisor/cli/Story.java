package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.text.EventSentences;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.cli.text.Units;
import java.io.PrintStream;
import java.util.Set;

/** What happens to some groups, told in sentences with the seconds since the start. One thread. */
final class Story {
    /** Steps of the machinery that say nothing new beside the events of containers and policies. */
    private static final Set<String> QUIET =
            Set.of("group.populated", "group.emptied", "process.forked", "process.execed", "process.exited");

    private final PrintStream out;
    private final Set<String> names;
    private final long startedNanos = System.nanoTime();

    /** @param names of the groups, without their parent */
    Story(PrintStream out, Set<String> names) {
        this.out = out;
        this.names = Set.copyOf(names);
    }

    void tell(JsonObject event) {
        String subject = Fields.text(event, "subject", "");
        String type = EventSentences.type(event);
        if (QUIET.contains(type) || (!subject.isEmpty() && !isOurs(subject)) || type.startsWith("network.")) {
            return;
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        String group = subject.isEmpty() ? "vigia" : EventSentences.group(event);
        out.println("+" + Units.decimal(seconds) + "s  " + group + "  " + EventSentences.of(event));
        out.flush();
    }

    private boolean isOurs(String subject) {
        for (String segment : subject.split("/")) {
            if (names.contains(segment)) {
                return true;
            }
        }
        return false;
    }
}
