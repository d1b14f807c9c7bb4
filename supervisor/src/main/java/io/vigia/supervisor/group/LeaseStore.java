package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease book on disk: only documents that differ are written. */
final class LeaseStore {
    /** Written by a v1 reclaim that lowers a limit for a moment. */
    static final String RECLAIM = "#reclaim";

    private static final Logger LOG = LoggerFactory.getLogger(LeaseStore.class);

    private final Store store;

    LeaseStore(Store store) {
        this.store = store;
    }

    /** Never blocks; completes once committed. */
    Future<Void> save(LeaseBook before, LeaseBook after) {
        SortedMap<String, Map<String, Object>> old = before.toMaps();
        SortedMap<String, Map<String, Object>> now = after.toMaps();
        List<Future<Void>> steps = new ArrayList<>();
        now.forEach((key, document) -> {
            if (!document.equals(old.get(key))) {
                steps.add(store.put(Store.Table.LEASES, key, new JsonObject(document)));
            }
        });
        old.keySet().forEach(key -> {
            if (!now.containsKey(key)) {
                steps.add(store.delete(Store.Table.LEASES, key));
            }
        });
        return Future.all(steps).mapEmpty();
    }

    /** Blocking, for the start. A document that cannot be read is left out, and said so: one bad lease must not cost the others. */
    LeaseBook load(Moment now) {
        Map<String, Map<String, Object>> good = new HashMap<>();
        store.load(Store.Table.LEASES).forEach((key, document) -> {
            if (key.endsWith(RECLAIM)) {
                return;
            }
            try {
                LeaseBook.fromMaps(Map.of(key, document.getMap()), now);
                good.put(key, document.getMap());
            } catch (IllegalArgumentException e) {
                LOG.error("a lease in the journal is unreadable and is not given back: {}", e.getMessage());
            }
        });
        return LeaseBook.fromMaps(good, now);
    }

    /** Reclaims that a crash cut off. Blocking, for the start. */
    Map<String, JsonObject> cutOffReclaims() {
        Map<String, JsonObject> found = new HashMap<>();
        store.load(Store.Table.LEASES).forEach((key, document) -> {
            if (key.endsWith(RECLAIM)) {
                found.put(key, document);
            }
        });
        return found;
    }

    Future<Void> settled(String key) {
        return store.delete(Store.Table.LEASES, key);
    }
}
