package io.vigia.supervisor.engine;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the next vigia must know of a container to take it over.
 *
 * @param root the root process, {@code null} while there is none; in state {@code starting}: not known yet
 * @param bootId of the boot that {@code root} and {@code cgroupInode} belong to
 * @param cgroupInode of the container's cgroup, 0 unknown
 * @param wanted whether it shall run, once what is under way has ended
 * @param fingerprint of what a running process cannot change: command, environment, folder, nice
 * @param until when a back-off or the grace of a stop ends
 * @param oomKills of the cgroup when the root was started, -1 unknown
 */
record ContainerRecord(
        ContainerState state,
        @Nullable ProcessId root,
        String bootId,
        long cgroupInode,
        boolean wanted,
        long restarts,
        String fingerprint,
        @Nullable Instant startedAt,
        @Nullable Instant until,
        @Nullable ExitStatus lastExit,
        @Nullable String reason,
        long oomKills) {
    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("state", state.apiName())
                .put("bootId", bootId)
                .put("cgroupId", cgroupInode)
                .put("wanted", wanted)
                .put("restarts", restarts)
                .put("fingerprint", fingerprint)
                .put("oomKills", oomKills);
        if (root != null) {
            json.put("pid", root.pid()).put("startTicks", root.startTicks());
        }
        if (startedAt != null) {
            json.put("startedAt", startedAt.toString());
        }
        if (until != null) {
            json.put("until", until.toString());
        }
        if (lastExit != null) {
            json.put("lastExit", exitToJson(lastExit));
        }
        return reason == null ? json : json.put("reason", reason);
    }

    static ContainerRecord ofJson(JsonObject json) {
        JsonObject exit = json.getJsonObject("lastExit");
        return new ContainerRecord(
                ContainerState.ofApiName(json.getString("state")),
                json.containsKey("pid") ? new ProcessId(json.getInteger("pid"), json.getLong("startTicks")) : null,
                json.getString("bootId", ""),
                json.getLong("cgroupId", 0L),
                json.getBoolean("wanted", true),
                json.getLong("restarts", 0L),
                json.getString("fingerprint", ""),
                instant(json, "startedAt"),
                instant(json, "until"),
                exit == null ? null : exitOfJson(exit),
                json.getString("reason"),
                json.getLong("oomKills", -1L));
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
