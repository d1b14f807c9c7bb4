package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.group.ReclaimJournal;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease book on disk: only documents that differ are written; what the disk refuses is kept beside it. */
public final class LeaseStore implements ReclaimJournal {
    /** Ends the keys of what a v1 reclaim lowers for a moment. */
    private static final String RECLAIM = "#reclaim";

    private static final Logger LOG = LoggerFactory.getLogger(LeaseStore.class);

    private final Store store;
    private final SpareLeases spare;
    private final Executor loop;
    private final Consumer<Runnable> soon;
    /** Loop only: {@link #moveSpare} is under way or will be. */
    private boolean moving;

    /**
     * @param loop the kernel loop, where futures complete
     * @param soon runs something on the loop after a while; called on the loop
     */
    public LeaseStore(Store store, SpareLeases spare, Executor loop, Consumer<Runnable> soon) {
        this.store = store;
        this.spare = spare;
        this.loop = loop;
        this.soon = soon;
    }

    /** Never blocks; completes once committed, or kept in the spare file while the disk refuses. */
    Future<Void> save(LeaseBook before, LeaseBook after) {
        List<Future<Void>> steps = new ArrayList<>();
        after.documentsSince(before)
                .forEach((key, document) -> steps.add(
                        document.map(map -> put(key, new JsonObject(map))).orElseGet(() -> settled(key))));
        return Future.all(steps).mapEmpty();
    }

    @Override
    public Future<Void> reclaiming(CgroupPath path, JsonObject document) {
        return put(path.id() + RECLAIM, document);
    }

    @Override
    public Future<Void> reclaimed(CgroupPath path) {
        return settled(path.id() + RECLAIM);
    }

    private Future<Void> put(String key, JsonObject document) {
        boolean newer = spare.supersede(key);
        return orSpare(store.put(Store.Table.LEASES, key, document), newer, key, document);
    }

    private Future<Void> settled(String key) {
        boolean newer = spare.supersede(key);
        return orSpare(store.delete(Store.Table.LEASES, key), newer, key, null);
    }

    private Future<Void> orSpare(Future<Void> stored, boolean newer, String key, @Nullable JsonObject document) {
        return stored.onSuccess(done -> {
                    if (newer) {
                        spare.rewrite();
                    }
                })
                .recover(e -> {
                    Promise<Void> kept = Promise.promise();
                    spare.keep(key, document, kept);
                    Promise<Void> onLoop = Promise.promise();
                    kept.future()
                            .onComplete(done -> loop.execute(() -> {
                                onLoop.complete();
                                moveSpareLater();
                            }));
                    return onLoop.future();
                });
    }

    /** Until the disk takes what was kept beside it, tries again and again; nothing while nothing is. Kernel loop. */
    public void moveSpareLater() {
        if (!moving && !spare.isEmpty()) {
            moving = true;
            soon.accept(this::moveSpare);
        }
    }

    private void moveSpare() {
        List<Future<Void>> steps = new ArrayList<>();
        spare.all().forEach((key, document) -> {
            Future<Void> moved = document == null
                    ? store.delete(Store.Table.LEASES, key)
                    : store.put(Store.Table.LEASES, key, document);
            steps.add(moved.onSuccess(done -> spare.settled(key, document))
                    .onFailure(e -> LOG.debug("lease {} stays beside the journal: {}", key, e.toString())));
        });
        Future.join(steps)
                .onComplete(all -> loop.execute(() -> {
                    moving = false;
                    moveSpareLater();
                }));
    }

    /** Blocking, for the start. A document that cannot be read is left out, and said so: one bad lease must not cost the others. */
    public LeaseBook load(Moment now) {
        Map<String, Map<String, Object>> good = new HashMap<>();
        stored().forEach((key, document) -> {
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
    public Map<String, JsonObject> cutOffReclaims() {
        Map<String, JsonObject> found = new HashMap<>();
        stored().forEach((key, document) -> {
            if (key.endsWith(RECLAIM)) {
                found.put(key, document);
            }
        });
        return found;
    }

    private SortedMap<String, JsonObject> stored() {
        SortedMap<String, JsonObject> all = new TreeMap<>(store.load(Store.Table.LEASES));
        spare.all().forEach((key, document) -> {
            if (document == null) {
                all.remove(key);
            } else {
                all.put(key, document);
            }
        });
        return all;
    }
}
