package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.supervisor.journal.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the next vigia finds of one container. Kernel-loop thread only. */
final class ContainerJournal {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerJournal.class);

    private final EngineParts parts;
    private final String key;

    ContainerJournal(EngineParts parts, String group, String container) {
        this.parts = parts;
        this.key = group + "/" + container;
    }

    /** Completes also when the disk refuses: supervision goes on without it, and the journal's health says so. */
    Future<Void> save(ContainerRecord now) {
        return parts.store().put(Store.Table.CONTAINERS, key, now.toJson()).recover(e -> {
            LOG.warn("cannot save the state of container {}: {}", key, e.toString());
            return Future.succeededFuture();
        });
    }

    Future<Void> delete() {
        return parts.onLoop(parts.store().delete(Store.Table.CONTAINERS, key));
    }
}
