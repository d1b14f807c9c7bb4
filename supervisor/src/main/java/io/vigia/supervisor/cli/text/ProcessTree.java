package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.Fields.objects;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The process tree of a group, one line a process, with the PID it has inside its own namespace. */
public final class ProcessTree {
    private ProcessTree() {}

    /** @param roots as the API lists them: processes with {@code children} */
    public static List<String> lines(List<JsonObject> roots) {
        List<String> lines = new ArrayList<>();
        roots.forEach(root -> add(lines, root, "", ""));
        return lines;
    }

    private static void add(List<String> lines, JsonObject process, String first, String rest) {
        String pid = text(process, "pid", "?");
        String inside = text(process, "nsPid", pid);
        lines.add(first + pid + (inside.equals(pid) ? "" : " (inside " + inside + ")") + " "
                + Escape.text(Listings.command(process))
                + ("Z".equals(text(process, "state")) ? " <defunct>" : ""));
        List<JsonObject> children = objects(process, "children");
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            add(lines, children.get(i), rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
        }
    }
}
