package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;
import java.time.Duration;

/** What happened to a container, or what was asked for it. */
public sealed interface ContainerEvent {
    record StartRequested() implements ContainerEvent {}

    record DependenciesMet() implements ContainerEvent {}

    record Spawned(int pid) implements ContainerEvent {}

    /** @param error what, where and why, for people */
    record SpawnFailed(String error) implements ContainerEvent {}

    record RootExited(ExitStatus status) implements ContainerEvent {}

    /** No process is left in the container's cgroup; {@code oom}: the kernel's OOM killer struck in it during this run. */
    record CgroupEmptied(boolean oom) implements ContainerEvent {}

    /** By an operator; {@code grace} zero: at once. */
    record StopRequested(Duration grace) implements ContainerEvent {}

    record GraceElapsed() implements ContainerEvent {}

    record BackoffElapsed() implements ContainerEvent {}

    /** By an operator, or because what a running process cannot change was changed. */
    record RestartRequested() implements ContainerEvent {}

    /** After a restart of vigia its root process was found alive. */
    record Adopted(int pid) implements ContainerEvent {}

    /**
     * After a restart of vigia no root process was found alive: there was none, or it ended meanwhile.
     *
     * @param status how it ended, if there was one
     */
    record NothingAdopted(ExitStatus status) implements ContainerEvent {}

    /** A policy is about to end it; the restart policy decides what follows. */
    record PolicyKilled() implements ContainerEvent {}
}
