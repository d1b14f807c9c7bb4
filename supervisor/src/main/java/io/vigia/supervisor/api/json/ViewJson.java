package io.vigia.supervisor.api.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.ProcessView;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Processes, containers, probes and lists as the API shows them. */
public final class ViewJson {
    private ViewJson() {}

    /** @param next opaque, {@code null} at the end */
    public static <T> JsonObject list(List<T> items, Function<? super T, JsonObject> one, @Nullable String next) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(one.apply(item)));
        return new JsonObject().put("items", array).put("continue", next);
    }

    public static JsonObject process(ProcessView view) {
        var process = view.process();
        List<Integer> nsPids = process.nsPids();
        JsonArray children = new JsonArray();
        view.children().forEach(child -> children.add(process(child)));
        return new JsonObject()
                .put("pid", process.id().pid())
                .put("nsPid", nsPids.isEmpty() ? null : nsPids.get(nsPids.size() - 1))
                .put("ppid", process.parentPid())
                .put("forkedBy", view.forkedBy() == 0 ? null : view.forkedBy())
                .put("comm", process.comm())
                .put("command", new JsonArray(process.command()))
                .put("state", String.valueOf(process.state()))
                .put("threads", process.threads())
                .put("startTime", view.startTime().toString())
                .put("cgroup", view.cgroup())
                .put("children", children);
    }

    public static JsonObject container(ContainerView view) {
        return new JsonObject()
                .put("name", view.name())
                .put("group", view.group())
                .put("cgroup", view.cgroup())
                .put("state", view.state())
                .put("pid", view.pid() == 0 ? null : view.pid())
                .put(
                        "startedAt",
                        view.startedAt() == null ? null : view.startedAt().toString())
                .put("restarts", view.restarts())
                .put(
                        "nextStartAt",
                        view.nextStartAt() == null ? null : view.nextStartAt().toString())
                .put("lastExit", lastExit(view.lastExit(), view.reason()));
    }

    private static @Nullable JsonObject lastExit(@Nullable ExitStatus exit, @Nullable String reason) {
        if (exit == null && reason == null) {
            return null;
        }
        JsonObject json = new JsonObject().put("reason", reason);
        return switch (exit) {
            case null -> json;
            case ExitStatus.Exited(int code) -> json.put("exitCode", code);
            case ExitStatus.Signaled(int signal, boolean core) ->
                json.put("signal", signal).put("coreDumped", core);
            case ExitStatus.Unknown(String why) -> json.put("detail", why);
        };
    }

    public static JsonObject support(Support support) {
        JsonObject json = new JsonObject().put("status", status(support));
        return switch (support) {
            case Support.Available(String detail) -> json.put("detail", detail);
            case Support.Degraded(String lost, String remedy) ->
                json.put("detail", lost).put("remedy", remedy);
            case Support.Missing(String cause, String remedy) ->
                json.put("detail", cause).put("remedy", remedy);
        };
    }

    private static String status(Support support) {
        return support instanceof Support.Available
                ? "ok"
                : support.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
