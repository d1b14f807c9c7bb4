package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.Fields.number;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventTypes;
import org.jspecify.annotations.Nullable;

/** One plain sentence for each event: what happened and why. */
public final class EventSentences {
    private EventSentences() {}

    /** The type without the common prefix. */
    public static String type(JsonObject event) {
        String type = text(event, "type", "");
        return type.startsWith(EventTypes.PREFIX) ? type.substring(EventTypes.PREFIX.length()) : type;
    }

    /** The group the event is of, or {@code vigia} where it is of none. */
    public static String group(JsonObject event) {
        return Escape.text(text(event, "subject", "vigia"));
    }

    /** @param event a CloudEvent as the API sends it */
    public static String of(JsonObject event) {
        JsonObject d = Fields.object(event, "data");
        String sentence = sentence(type(event), d);
        return Escape.text(sentence == null ? type(event) + " " + d.encode() : sentence);
    }

    private static @Nullable String sentence(String type, JsonObject d) {
        return switch (type.substring(0, Math.max(0, type.indexOf('.')))) {
            case "group" -> group(type, d);
            case "container" -> ContainerSentences.of(type, d);
            case "policy" -> PolicySentences.of(type, d);
            case "limits" -> limits(type, d);
            case "pressure", "memory", "swap", "pids", "hugetlb" -> kernel(type, d);
            case "process", "oom", "network" -> process(type, d);
            default -> supervisor(type, d);
        };
    }

    private static @Nullable String group(String type, JsonObject d) {
        return switch (type) {
            case EventTypes.GROUP_CREATED -> "group appeared" + words(", cgroup ", d, "cgroupId");
            case EventTypes.GROUP_REMOVED -> "group is gone";
            case EventTypes.GROUP_POPULATED -> "group has processes";
            case EventTypes.GROUP_EMPTIED -> "group has no processes left";
            case EventTypes.GROUP_FROZEN -> "group is frozen";
            case EventTypes.GROUP_THAWED -> "group runs again after a freeze";
            default -> null;
        };
    }

    private static @Nullable String limits(String type, JsonObject d) {
        String file = text(d, "file", "a limit");
        String change =
                file + " " + Units.limit(file, d.getValue("before")) + " → " + Units.limit(file, d.getValue("after"));
        return switch (type) {
            case EventTypes.LIMITS_CHANGED -> change + ", by " + text(d, "by", "unknown");
            case EventTypes.LIMITS_DRIFTED -> change + ", written by someone else";
            case EventTypes.LIMITS_REFUSED ->
                "limit refused" + words(" for ", d, "file") + ": " + text(d, "detail", "no reason given")
                        + words(", asked by ", d, "by");
            default -> null;
        };
    }

    private static @Nullable String kernel(String type, JsonObject d) {
        String times = number(d, "count") == null ? "" : ", " + text(d, "count", "") + "×";
        return switch (type) {
            case EventTypes.PRESSURE_CROSSED ->
                text(d, "resource", "") + " pressure: " + text(d, "kind", "") + " tasks stalled "
                        + Units.micros(number(d, "stallUsec")) + " or more of " + Units.micros(number(d, "windowUsec"))
                        + averages(d);
            case EventTypes.PRESSURE_RELIEVED ->
                text(d, "resource", "") + " pressure is gone: " + text(d, "kind", "") + " stalls are below "
                        + Units.micros(number(d, "stallUsec")) + " of " + Units.micros(number(d, "windowUsec"))
                        + averages(d);
            case EventTypes.MEMORY_LOW -> "memory was reclaimed below memory.low" + times;
            case EventTypes.MEMORY_HIGH -> "memory.high was exceeded, the group is slowed and reclaimed" + times;
            case EventTypes.MEMORY_MAX -> "memory use ran into memory.max" + times;
            case EventTypes.MEMORY_OOM -> "out of memory: nothing could be reclaimed" + times;
            case EventTypes.MEMORY_OOM_KILL -> "the kernel killed a process for lack of memory" + times;
            case EventTypes.MEMORY_OOM_GROUP_KILL -> "the kernel killed the whole group for lack of memory" + times;
            case EventTypes.SWAP_MAX -> "swap use ran into memory.swap.max" + times;
            case EventTypes.SWAP_FAIL -> "swap could not be had" + times;
            case EventTypes.PIDS_MAX -> "a fork failed at pids.max" + times;
            case EventTypes.HUGETLB_MAX -> "huge pages ran into their limit" + times;
            default -> null;
        };
    }

    private static String averages(JsonObject d) {
        return number(d, "avg10") == null ? "" : " (avg10 " + Units.percent(number(d, "avg10")) + ")";
    }

    private static @Nullable String process(String type, JsonObject d) {
        String who = "process " + text(d, "pid", "?") + words(" (", d, "comm") + (text(d, "comm") == null ? "" : ")");
        return switch (type) {
            case EventTypes.PROCESS_FORKED -> who + " was forked" + words(" by ", d, "ppid");
            case EventTypes.PROCESS_EXECED -> who + " started a program";
            case EventTypes.PROCESS_EXITED -> who + " ended" + ContainerSentences.ending(d);
            case EventTypes.OOM_VICTIM ->
                "out of memory: the kernel chose " + who
                        + (number(d, "rss") == null ? "" : ", which held " + Units.bytes(number(d, "rss")));
            case EventTypes.NETWORK_LINK ->
                "interface " + text(d, "interface", "?") + " is " + text(d, "change", text(d, "state", "changed"));
            default -> null;
        };
    }

    private static @Nullable String supervisor(String type, JsonObject d) {
        return switch (type) {
            case EventTypes.SUPERVISOR_STARTED ->
                "vigia is ready" + words(": ", d, "groups") + (text(d, "groups") == null ? "" : " groups")
                        + words(", ", d, "hierarchy") + (text(d, "hierarchy") == null ? "" : " hierarchy");
            case EventTypes.SUPERVISOR_STOPPING -> "vigia stops" + words("; managed groups are ", d, "managedGroups");
            case EventTypes.SUPERVISOR_OVERFLOW ->
                words("", d, "source") + " lost " + text(d, "lost", "an unknown number of") + " events"
                        + (Boolean.TRUE.equals(d.getValue("reconciled")) ? "; the state was read anew" : "");
            case EventTypes.SUPERVISOR_CONFIG_RELOADED -> "configuration was read again" + words(": ", d, "detail");
            case EventTypes.STREAM_OPENED -> "stream opened; events from " + text(d, "oldest", "?") + " are kept";
            case EventTypes.STREAM_GAP ->
                "events " + text(d, "from", "?") + " to " + text(d, "to", "?") + " are missing here"
                        + words(": ", d, "reason");
            case EventTypes.STREAM_LAGGING -> "this client reads too slowly";
            default -> null;
        };
    }

    static String words(String before, JsonObject d, String name) {
        String text = text(d, name);
        return text == null || text.isEmpty() ? "" : before + text;
    }
}
