package io.vigia.supervisor.reaction;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupId;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.policy.Moment;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills that count for the budgets of policies, on disk: a restart of vigia does not give a policy new ones. Given to the
 * journal's writer before the kill is carried out, which does not wait for the disk. Kills of another boot count for nothing: the number
 * of a group may be another group's by now. Kernel-loop thread only.
 */
public final class KillHistory {
    private static final Logger LOG = LoggerFactory.getLogger(KillHistory.class);

    private final Store store;
    private final @Nullable String boot;
    private final Map<String, List<Instant>> past;

    /**
     * @param boot names this run of the kernel; {@code null}: unknown
     * @param past from {@link #load}
     */
    public KillHistory(Store store, @Nullable String boot, Map<String, List<Instant>> past) {
        this.store = store;
        this.boot = boot;
        this.past = new HashMap<>(past);
    }

    /** Those of another boot without a kill, so that they are forgotten when nobody takes them. Blocking. */
    public static Map<String, List<Instant>> load(Store store, @Nullable String boot) {
        Map<String, List<Instant>> all = new HashMap<>();
        store.load(Store.Table.KILLS).forEach((key, document) -> {
            boolean ofThisBoot = Objects.equals(boot, document.getString("boot"));
            all.put(
                    key,
                    ofThisBoot
                            ? document.getJsonArray("at").stream()
                                    .map(at -> Instant.parse(at.toString()))
                                    .toList()
                            : List.of());
        });
        return all;
    }

    /** What the policy did to this group before the restart; told once. */
    List<Instant> take(String policy, CgroupId group) {
        List<Instant> kills = past.remove(key(policy, group));
        return kills == null ? List.of() : kills;
    }

    /** @param kills monotonic, as {@link io.vigia.supervisor.policy.PolicyState#kills()} */
    void keep(String policy, CgroupId group, List<Long> kills, Moment now) {
        JsonArray at = new JsonArray();
        kills.forEach(nanos -> at.add(now.wall().minusNanos(now.nanos() - nanos).toString()));
        store.put(
                        Store.Table.KILLS,
                        key(policy, group),
                        new JsonObject().put("boot", boot).put("at", at))
                .onFailure(e -> LOG.warn("kills of policy {} could not be kept: {}", policy, e.toString()));
    }

    /** The policy or the group is gone. */
    void forget(String policy, CgroupId group) {
        forget(key(policy, group));
    }

    /** When every policy and group is there: nobody will ask for these any more. */
    void forgetWhatNobodyTook() {
        List.copyOf(past.keySet()).forEach(this::forget);
        past.clear();
    }

    private void forget(String key) {
        store.delete(Store.Table.KILLS, key)
                .onFailure(e -> LOG.warn("kills of {} could not be forgotten: {}", key, e.toString()));
    }

    private static String key(String policy, CgroupId group) {
        return policy + "@" + group.inode();
    }
}
