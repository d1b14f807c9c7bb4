package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.Fields.number;
import static io.vigia.supervisor.cli.text.Fields.object;
import static io.vigia.supervisor.cli.text.Fields.objects;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables of {@code get}. */
public final class Listings {
    private Listings() {}

    /** @param kind groups, containers, processes, policies, decisions; anything else shows names */
    public static Table of(String kind, List<JsonObject> items, boolean wide) {
        return switch (kind) {
            case "groups" -> groups(items, wide);
            case "containers" -> containers(items, wide);
            case "processes" -> processes(items, wide);
            case "policies" -> policies(items, wide);
            case "decisions" -> decisions(items, wide);
            default -> names(items);
        };
    }

    private static Table groups(List<JsonObject> items, boolean wide) {
        Table table = wide
                ? new Table(
                        "GROUP",
                        "STATE",
                        "ENGINE",
                        "MEMORY",
                        "MEMORY.MAX",
                        "CPU.MAX",
                        "CPU",
                        "PROCESSES",
                        "CPU-PRESSURE",
                        "MEM-PRESSURE",
                        "IO-PRESSURE",
                        "CGROUP")
                : new Table("GROUP", "STATE", "ENGINE", "MEMORY", "MEMORY.MAX", "CPU.MAX", "PROCESSES");
        for (JsonObject g : items) {
            JsonObject limits = object(g, "limits");
            JsonObject usage = object(g, "usage");
            String memory = Units.bytes(number(usage, "memory.current"));
            String most = Units.limit("memory.max", limits.getValue("memory.max"));
            String cpu = text(limits, "cpu.max");
            if (wide) {
                table.row(
                        text(g, "id"),
                        text(g, "state"),
                        text(g, "engine"),
                        memory,
                        most,
                        cpu,
                        Units.micros(number(usage, "cpu.usageUsec")),
                        text(g, "processes"),
                        pressure(g, "cpu"),
                        pressure(g, "memory"),
                        pressure(g, "io"),
                        text(g, "cgroupId"));
            } else {
                table.row(text(g, "id"), text(g, "state"), text(g, "engine"), memory, most, cpu, text(g, "processes"));
            }
        }
        return table;
    }

    private static String pressure(JsonObject group, String resource) {
        JsonObject some = object(object(object(group, "pressure"), resource), "some");
        return Units.percent(number(some, "avg10"));
    }

    private static Table containers(List<JsonObject> items, boolean wide) {
        Table table = wide
                ? new Table("GROUP", "CONTAINER", "STATE", "PID", "RESTARTS", "LAST-EXIT", "STARTED", "CGROUP")
                : new Table("GROUP", "CONTAINER", "STATE", "PID", "RESTARTS", "LAST-EXIT");
        for (JsonObject c : items) {
            String exit = lastExit(object(c, "lastExit"));
            if (wide) {
                table.row(
                        text(c, "group"),
                        text(c, "name"),
                        text(c, "state"),
                        text(c, "pid"),
                        text(c, "restarts"),
                        exit,
                        Units.time(text(c, "startedAt"), true),
                        text(c, "cgroup"));
            } else {
                table.row(
                        text(c, "group"), text(c, "name"), text(c, "state"), text(c, "pid"), text(c, "restarts"), exit);
            }
        }
        return table;
    }

    static String lastExit(JsonObject exit) {
        if (exit.isEmpty()) {
            return "";
        }
        String how = number(exit, "exitCode") != null
                ? "code " + text(exit, "exitCode", "")
                : number(exit, "signal") != null ? "signal " + text(exit, "signal", "") : "unknown";
        String reason = text(exit, "reason");
        return reason == null ? how : how + " (" + reason + ")";
    }

    private static Table processes(List<JsonObject> items, boolean wide) {
        Table table = wide
                ? new Table("GROUP", "PID", "PPID", "INSIDE", "STATE", "THREADS", "STARTED", "CGROUP", "COMMAND")
                : new Table("GROUP", "PID", "PPID", "STATE", "COMMAND");
        items.forEach(p -> process(table, text(p, "group"), p, wide));
        return table;
    }

    private static void process(Table table, @Nullable String group, JsonObject p, boolean wide) {
        String command = command(p);
        if (wide) {
            table.row(
                    group,
                    text(p, "pid"),
                    text(p, "ppid"),
                    text(p, "nsPid"),
                    text(p, "state"),
                    text(p, "threads"),
                    Units.time(text(p, "startTime"), true),
                    text(p, "cgroup"),
                    command);
        } else {
            table.row(group, text(p, "pid"), text(p, "ppid"), text(p, "state"), command);
        }
        objects(p, "children").forEach(child -> process(table, group, child, wide));
    }

    /** A process without arguments, such as a kernel thread or a zombie, shows its name in brackets. */
    static String command(JsonObject process) {
        String command = Fields.joined(process, "command", " ");
        return command.isEmpty() ? "[" + text(process, "comm", "?") + "]" : command;
    }

    private static Table policies(List<JsonObject> items, boolean wide) {
        Table table = wide
                ? new Table("POLICY", "MODE", "STATE", "GROUPS", "LEASES")
                : new Table("POLICY", "MODE", "STATE", "GROUPS");
        for (JsonObject p : items) {
            List<JsonObject> groups = objects(object(p, "status"), "groups");
            if (wide) {
                long leases = groups.stream()
                        .map(g -> number(g, "leases"))
                        .mapToLong(n -> n == null ? 0 : n.longValue())
                        .sum();
                table.row(text(p, "name"), text(p, "mode"), text(p, "state"), groups.size(), leases);
            } else {
                table.row(text(p, "name"), text(p, "mode"), text(p, "state"), groups.size());
            }
        }
        return table;
    }

    private static Table decisions(List<JsonObject> items, boolean wide) {
        Table table = wide
                ? new Table("DECISION", "TIME", "POLICY", "GROUP", "KIND", "ACTION", "OUTCOME", "MODE", "WHY")
                : new Table("DECISION", "TIME", "POLICY", "GROUP", "KIND", "ACTION", "OUTCOME");
        for (JsonObject d : items) {
            String time = Units.time(text(d, "time"), true);
            String outcome = text(object(d, "outcome"), "status");
            if (wide) {
                table.row(
                        text(d, "id"),
                        time,
                        text(d, "policy"),
                        text(d, "group"),
                        text(d, "kind"),
                        text(d, "action"),
                        outcome,
                        text(d, "mode"),
                        text(d, "why"));
            } else {
                table.row(
                        text(d, "id"),
                        time,
                        text(d, "policy"),
                        text(d, "group"),
                        text(d, "kind"),
                        text(d, "action"),
                        outcome);
            }
        }
        return table;
    }

    private static Table names(List<JsonObject> items) {
        Table table = new Table("NAME");
        items.forEach(item -> table.row(text(item, "name")));
        return table;
    }
}
