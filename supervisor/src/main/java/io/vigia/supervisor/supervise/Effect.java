package io.vigia.supervisor.supervise;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the one who owns the container is to do now, in order. */
public sealed interface Effect {
    /** Answer with {@code Spawned} or {@code SpawnFailed}. */
    record Spawn() implements Effect {}

    /** To the root process, through its pidfd. */
    record SendStopSignal(int signal) implements Effect {}

    /** {@code cgroup.kill}; answer with {@code CgroupEmptied} once nothing is left. */
    record KillCgroup() implements Effect {}

    /** Replaces a running timer of the same kind. */
    record ArmTimer(Timer timer, Duration after) implements Effect {}

    record CancelTimer(Timer timer) implements Effect {}

    /** @param type one of {@code container.*}; {@code data} lacks only the container's name */
    record Emit(String type, Map<String, Object> data) implements Effect {
        public Emit {
            data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        }
    }

    /** Each container has at most one of each kind. */
    enum Timer {
        GRACE,
        BACKOFF
    }
}
