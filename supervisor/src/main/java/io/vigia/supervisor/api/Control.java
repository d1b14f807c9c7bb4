package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupView;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.LogChunk;
import io.vigia.supervisor.model.Page;
import io.vigia.supervisor.model.ProcessView;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the outer face may ask of the supervisor. Every method may be called from any thread and never blocks; futures
 * fail with {@link io.vigia.supervisor.model.Problem}. Group arguments are ids or plain names of managed groups (an
 * exact path wins).
 */
public interface Control {
    /** Below which managed groups live; does not change. {@code null} where none may be made. */
    @Nullable
    CgroupPath parent();

    Future<Page<GroupView>> groups(GroupQuery query);

    Future<GroupView> group(String group);

    Future<List<ProcessView>> processes(String group);

    Future<LimitsView> limits(String group);

    /** All or nothing, in the order of calls per group; answers what the kernel reads back. */
    Future<LimitsView> changeLimits(String group, LimitChange change);

    /** Creates or replaces; the future tells whether it is new. */
    Future<Applied<GroupView>> apply(GroupSpec spec, boolean dryRun);

    /** Completes once accepted; {@code group.removed} tells the end. */
    Future<Void> delete(String group, @Nullable Duration grace, boolean dryRun);

    /** freeze, thaw, restart, stop. Completes when done (frozen, thawed) or accepted (restart, stop). */
    Future<GroupView> operate(String group, Operation operation, boolean dryRun);

    Future<GroupView> kill(String group, KillRequest request, boolean dryRun);

    /** Bytes that use went down by. */
    Future<Long> reclaim(String group, long bytes, boolean dryRun);

    Future<List<ContainerView>> containers(String group);

    Future<ContainerView> operateContainer(
            String group, String container, ContainerOperation operation, boolean dryRun);

    /** The same for one container; {@link KillRequest#pid()} narrows it to one of its processes. */
    Future<ContainerView> killContainer(String group, String container, KillRequest request, boolean dryRun);

    /**
     * A piece of a container's output. Reading is by position, so that rotation in between loses and repeats nothing.
     *
     * @param from position in bytes since the container's first output; -1: from the oldest that is kept
     * @param maxBytes 1 to 1 MiB
     */
    Future<LogChunk> log(String group, String container, long from, int maxBytes);

    /** For {@link #log}: where the last {@code lines} lines of what is kept begin; with 0 where it ends. */
    Future<Long> logTail(String group, String container, long lines);

    Future<List<PolicyView>> policies();

    Future<PolicyView> policy(String name);

    Future<Applied<PolicyView>> applyPolicy(PolicySpec spec, boolean dryRun);

    Future<Void> deletePolicy(String name, boolean dryRun);

    /** Newest first. */
    Future<Page<JsonObject>> decisions(@Nullable String before, int limit);

    Future<JsonObject> decision(String id);

    /** Whether it is fit to serve; {@link Support.Degraded} keeps it ready, {@link Support.Missing} does not. */
    Future<Map<String, Support>> readiness();

    /** @param path glob, label and managed narrow the list; {@code after} is the last id of the page before */
    record GroupQuery(
            @Nullable String path,
            @Nullable Map<String, String> labels,
            @Nullable Boolean managed,
            int limit,
            @Nullable String after) {}

    /** What became of an apply. */
    record Applied<T>(boolean created, T view) {}

    /** Of a whole group. */
    enum Operation {
        FREEZE,
        THAW,
        RESTART,
        STOP,
        START
    }

    /** Of one container. */
    enum ContainerOperation {
        START,
        STOP,
        RESTART
    }

    /** @param pid of the one process, or {@code null} for the whole group; must belong to the group */
    record KillRequest(
            int signal, @Nullable Duration grace, @Nullable Integer pid) {}

    /**
     * A policy and how it stands.
     *
     * @param state {@code armed|holding|acting|cooling|failed}, of its groups the one that is furthest
     * @param status whatever else there is to tell, shown as {@code status}
     */
    record PolicyView(PolicySpec spec, String state, JsonObject status) {}
}
