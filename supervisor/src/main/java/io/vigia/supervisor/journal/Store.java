package io.vigia.supervisor.journal;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Small documents that must survive kill -9: desired state, decisions. In the same database and through the
 * same writer as the journal, so that a document and the events appended around it keep their order.
 */
public interface Store {
    /**
     * Never blocks; the future completes once committed, on the caller's context if it has one, and fails when the disk
     * refuses. Manifests and policies are synced to the device, the rest survives kill -9.
     */
    Future<Void> put(Table table, String key, JsonObject value);

    /** Never blocks; deleting what is not there succeeds. */
    Future<Void> delete(Table table, String key);

    /** One document, or {@code null}. Blocking. */
    default @Nullable JsonObject get(Table table, String key) {
        return load(table).get(key);
    }

    /**
     * All of a table, by key. Blocking: for the start.
     *
     * @throws StoreException if the disk refuses; not the same as an empty table
     */
    SortedMap<String, JsonObject> load(Table table);

    /** The newest {@code limit} documents whose key is below {@code before} ({@code null}: from the newest). Blocking. */
    SortedMap<String, JsonObject> newest(Table table, @Nullable String before, int limit);

    /** What is kept. */
    enum Table {
        /** Manifests of managed groups, by name. */
        GROUPS,
        /** Last known state of containers, by group/container. */
        CONTAINERS,
        /** Policies applied over the API, by name. */
        POLICIES,
        /** Decisions, by their id, trimmed with the journal's age and size. */
        DECISIONS,
        /** When policies killed, as far as it counts for their budgets, by policy and group. */
        KILLS
    }
}
