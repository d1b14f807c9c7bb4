package io.vigia.supervisor.engine;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.supervisor.supervise.ContainerState;
import io.vigia.supervisor.supervise.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the next vigia must know of a container to take it over.
 *
 * @param root the root process, {@code null} while there is none; in phase {@code starting}: not known yet
 * @param bootId of the boot that {@code root} and {@code cgroupInode} belong to
 * @param cgroupInode of the container's cgroup, 0 unknown
 * @param fingerprint of what a running process cannot change, see {@link Fingerprint}
 * @param oomKills of the cgroup when the root was started, -1 unknown
 */
record ContainerRecord(
        ContainerState state,
        @Nullable ProcessId root,
        String bootId,
        long cgroupInode,
        String fingerprint,
        long oomKills) {
    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("state", state.phase().apiName())
                .put("bootId", bootId)
                .put("cgroupId", cgroupInode)
                .put("after", state.after().name().toLowerCase(Locale.ROOT))
                .put("restarts", state.restarts())
                .put("backoffMs", state.backoff().toMillis())
                .put(
                        "recent",
                        new JsonArray(
                                state.recent().stream().map(Instant::toString).toList()))
                .put("rootGone", state.rootGone())
                .put("fingerprint", fingerprint)
                .put("oomKills", oomKills);
        if (root != null) {
            json.put("pid", root.pid()).put("startTicks", root.startTicks());
        }
        if (state.startedAt() != null) {
            json.put("startedAt", state.startedAt().toString());
        }
        if (state.until() != null) {
            json.put("until", state.until().toString());
        }
        if (state.exit() != null) {
            json.put("lastExit", exitToJson(state.exit()));
        }
        return state.reason() == null ? json : json.put("reason", state.reason());
    }

    static ContainerRecord ofJson(JsonObject json) {
        JsonObject exit = json.getJsonObject("lastExit");
        ProcessId root =
                json.containsKey("pid") ? new ProcessId(json.getInteger("pid"), json.getLong("startTicks")) : null;
        ContainerState state = new ContainerState(
                Phase.valueOf(upper(json.getString("state"))),
                root == null ? 0 : root.pid(),
                exit == null ? null : exitOfJson(exit),
                json.getBoolean("rootGone", false),
                false,
                false,
                ContainerState.After.valueOf(upper(json.getString("after", "policy"))),
                json.getString("reason"),
                json.getLong("restarts", 0L),
                Duration.ofMillis(json.getLong("backoffMs", 0L)),
                json.getJsonArray("recent", new JsonArray()).stream()
                        .map(at -> Instant.parse(at.toString()))
                        .toList(),
                instant(json, "startedAt"),
                instant(json, "until"));
        return new ContainerRecord(
                state,
                root,
                json.getString("bootId", ""),
                json.getLong("cgroupId", 0L),
                json.getString("fingerprint", ""),
                json.getLong("oomKills", -1L));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private static @Nullable Instant instant(JsonObject json, String key) {
        String text = json.getString(key);
        return text == null ? null : Instant.parse(text);
    }

    private static JsonObject exitToJson(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited(int code) -> new JsonObject().put("exitCode", code);
            case ExitStatus.Signaled(int signal, boolean dumped) ->
                new JsonObject().put("signal", signal).put("coreDumped", dumped);
            case ExitStatus.Unknown(String why) -> new JsonObject().put("unknown", why);
        };
    }

    private static ExitStatus exitOfJson(JsonObject json) {
        if (json.containsKey("exitCode")) {
            return new ExitStatus.Exited(json.getInteger("exitCode"));
        }
        if (json.containsKey("signal")) {
            return new ExitStatus.Signaled(json.getInteger("signal"), json.getBoolean("coreDumped", false));
        }
        return new ExitStatus.Unknown(json.getString("unknown", "not recorded"));
    }
}
