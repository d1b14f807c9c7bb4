package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.model.LogChunk;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The groups that vigia made from manifests: brings them to what was asked for and keeps them there. Kernel-loop thread
 * only; futures complete there and fail with {@link io.vigia.supervisor.model.Problem}.
 */
public interface ManagedGroups {
    /**
     * Takes over what an earlier vigia left: running containers are adopted under the same ids, ended ones reported,
     * half-done spawns settled, back-offs continued, half-done deletes finished.
     */
    Future<Void> adopt();

    /** Creates, or changes only what differs; completes when the group's cgroup stands and its containers are under way. */
    Future<Boolean> apply(GroupSpec spec);

    /** Fails as {@link #apply} would, as far as that can be known before, and changes nothing. */
    Future<Void> check(GroupSpec spec);

    /** Stops all containers and removes the cgroup; completes when it is gone. */
    Future<Void> delete(String name, @Nullable Duration grace);

    /** Stops every container, grace as the manifest says; they stay stopped until {@link #start}. */
    Future<Void> stop(String name);

    Future<Void> start(String name);

    Future<Void> restart(String name);

    Future<Void> stopContainer(String name, String container);

    Future<Void> startContainer(String name, String container);

    Future<Void> restartContainer(String name, String container);

    /** The next end of the containers within {@code path} is reported with reason {@code policy}. */
    void expectPolicyKill(CgroupPath path);

    /** From {@code cgroup.events} of a container's or group's cgroup. */
    void stateChanged(CgroupPath path, CgroupId id, Cgroup.State state);

    /** The kernel's OOM killer struck within this cgroup. */
    void oomKilled(CgroupPath path);

    Set<String> names();

    /** The group's cgroup, or {@code null} for an unknown name. */
    @Nullable
    CgroupPath pathOf(String name);

    /** The managed group whose cgroup (or container's cgroup) this is, or {@code null}. */
    @Nullable
    String managing(CgroupPath path);

    @Nullable
    GroupSpec spec(String name);

    @Nullable
    GroupState state(String name);

    /** In the manifest's order; empty for an unknown name. */
    List<ContainerView> containers(String name);

    /** @param grace then SIGKILL to what is left; {@code null}: never */
    Future<Void> killContainer(String name, String container, int signal, @Nullable Duration grace);

    /**
     * A piece of a container's output, by position since its first byte, so that rotation in between loses and repeats
     * nothing.
     *
     * @param from -1: from the oldest that is kept
     * @param maxBytes 1 to 1 MiB
     */
    Future<LogChunk> log(String name, String container, long from, int maxBytes);

    /** Where the last {@code lines} lines of the output that is kept begin; with 0 its end. */
    Future<Long> logTail(String name, String container, long lines);

    /** Stops and deletes all, for {@code vigia up}; nothing is started from here on. */
    Future<Void> deleteAll();

    /**
     * Lets go without stopping anything: what runs is adopted by the next vigia. Changes are refused from here on; deletes under way
     * get some seconds to finish, and may be hastened.
     */
    Future<Void> detach();
}
