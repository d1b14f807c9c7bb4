package io.vigia.supervisor.node;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.Difference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** What one look at the files of the configuration changed, and what was wrong in them. */
final class ConfigChange {
    private static final Names NONE = new Names(List.of(), List.of(), List.of());

    /** Keys that count from now on. */
    final List<String> live = new ArrayList<>();

    /** Keys that count after a restart. */
    final List<String> afterRestart = new ArrayList<>();

    final Set<String> problems = new LinkedHashSet<>();

    Names groups = NONE;
    Names policies = NONE;

    /** Of what was added, changed and removed. */
    record Names(List<String> added, List<String> changed, List<String> removed) {
        boolean isEmpty() {
            return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
        }

        JsonObject json() {
            return new JsonObject()
                    .put("added", new JsonArray(added))
                    .put("changed", new JsonArray(changed))
                    .put("removed", new JsonArray(removed));
        }

        private void words(String what, List<String> all) {
            word(what + " added", added, all);
            word(what + " changed", changed, all);
            word(what + " removed", removed, all);
        }
    }

    static <T> Names names(Difference<T> difference, Function<T, String> name) {
        return new Names(
                difference.added().stream().map(name).toList(),
                difference.changed().stream().map(name).toList(),
                difference.removed());
    }

    void compare(Config before, Config now) {
        key("enforce", before.enforce(), now.enforce(), live);
        key("protect", before.protect(), now.protect(), live);
        key("hosts", before.hosts(), now.hosts(), live);
        key("origins", before.origins(), now.origins(), live);
        key("observe", before.observe(), now.observe(), afterRestart);
        key("listen", before.listen(), now.listen(), afterRestart);
        key("socket.path", before.socket(), now.socket(), afterRestart);
        key("socket.group", before.socketGroup(), now.socketGroup(), afterRestart);
        key("stateDir", before.stateDir(), now.stateDir(), afterRestart);
        key("parent", before.parent(), now.parent(), afterRestart);
        key("journal", before.journal(), now.journal(), afterRestart);
        boolean sameEvents = before.processEvents().equals(now.processEvents())
                && before.processEventsOfManaged() == now.processEventsOfManaged();
        key("processes.events", true, sameEvents, afterRestart);
    }

    private static void key(
            String name,
            @org.jspecify.annotations.Nullable Object before,
            @org.jspecify.annotations.Nullable Object now,
            List<String> changed) {
        if (!Objects.equals(before, now)) {
            changed.add(name);
        }
    }

    /** Mistakes apart. */
    boolean isEmpty() {
        return live.isEmpty() && afterRestart.isEmpty() && groups.isEmpty() && policies.isEmpty();
    }

    String sentence() {
        List<String> all = new ArrayList<>();
        groups.words("groups", all);
        policies.words("policies", all);
        word("changed at once", live, all);
        word("need a restart to count", afterRestart, all);
        all.addAll(problems);
        return String.join("; ", all);
    }

    private static void word(String what, List<String> names, List<String> all) {
        if (!names.isEmpty()) {
            all.add(what + ": " + String.join(", ", names));
        }
    }

    JsonObject json() {
        return new JsonObject()
                .put("detail", sentence())
                .put("groups", groups.json())
                .put("policies", policies.json())
                .put("keys", new JsonArray(live))
                .put("needRestart", new JsonArray(afterRestart))
                .put("problems", new JsonArray(List.copyOf(problems)));
    }
}
