package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;

/** What happened to a container, or what was asked for it. */
public sealed interface ContainerEvent {
    record StartRequested() implements ContainerEvent {}

    record DependenciesMet() implements ContainerEvent {}

    record Spawned(int pid) implements ContainerEvent {}

    /** @param error what, where and why, for people */
    record SpawnFailed(String error) implements ContainerEvent {}

    /** The root process ended; {@code oom}: the kernel's OOM killer ended it. */
    record RootExited(ExitStatus status, boolean oom) implements ContainerEvent {}

    /** No process is left in the container's cgroup. */
    record CgroupEmptied() implements ContainerEvent {}

    /** By an operator. */
    record StopRequested() implements ContainerEvent {}

    record GraceElapsed() implements ContainerEvent {}

    record BackoffElapsed() implements ContainerEvent {}

    /** By an operator: at once, and no restart. */
    record KillRequested() implements ContainerEvent {}

    record RestartRequested() implements ContainerEvent {}

    /** After a restart of vigia its root process was found alive. */
    record Adopted(int pid) implements ContainerEvent {}

    /** A policy is about to end it; the restart policy decides what follows. */
    record PolicyKilled() implements ContainerEvent {}
}
