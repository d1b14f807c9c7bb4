package io.vigia.supervisor.lease;

import io.vertx.core.Promise;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases that the journal's disk would not take, in a file beside the socket: runtime directories are in memory as a rule, so that
 * enforcement goes on with a full disk and kill -9 still forgets nothing. A reboot ends this file and every cgroup alike.
 * Thread-safe; written by a thread of its own.
 */
public final class SpareLeases {
    private static final Logger LOG = LoggerFactory.getLogger(SpareLeases.class);
    private static final String DELETED = "deleted";

    private final Path file;
    /** What the store is to be told yet; {@link #DELETED} alone: that the document is gone. */
    private final TreeMap<String, JsonObject> waiting = new TreeMap<>();

    private final ThreadPoolExecutor writer =
            new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "vigia-spare-leases");
                thread.setDaemon(true);
                return thread;
            });

    private SpareLeases(Path file) {
        this.file = file;
    }

    /** Reads what an earlier vigia left. Blocking, for the start. */
    public static SpareLeases beside(Path socket) {
        SpareLeases spare = new SpareLeases(socket.resolveSibling(socket.getFileName() + ".leases"));
        try {
            new JsonObject(Files.readString(spare.file))
                    .forEach(entry -> spare.waiting.put(entry.getKey(), (JsonObject) entry.getValue()));
        } catch (NoSuchFileException e) {
            LOG.trace("no leases beside the journal");
        } catch (IOException | DecodeException | ClassCastException e) {
            LOG.error("{} cannot be read, so leases in it are not given back: {}", spare.file, e.toString());
        }
        return spare;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What waits; {@code null}: deleted. */
    synchronized Map<String, @Nullable JsonObject> all() {
        Map<String, @Nullable JsonObject> all = new HashMap<>();
        waiting.forEach((key, document) -> all.put(key, isDeletion(document) ? null : document));
        return all;
    }

    /** Never blocks. {@code done} is completed when the file is written, or cannot be: what is to be enforced does not wait for more. */
    synchronized void keep(String key, @Nullable JsonObject document, Promise<Void> done) {
        waiting.put(key, document == null ? new JsonObject().put(DELETED, true) : document);
        writer.execute(() -> {
            write();
            done.complete();
        });
    }

    /** The store is being told something newer: what waits must not follow it. {@link #rewrite} once it is there. */
    synchronized boolean supersede(String key) {
        return waiting.remove(key) != null;
    }

    void rewrite() {
        writer.execute(this::write);
    }

    /** The store has this very document now. */
    synchronized void settled(String key, @Nullable JsonObject document) {
        JsonObject kept = waiting.get(key);
        if (kept != null && (document == null ? isDeletion(kept) : document.equals(kept))) {
            waiting.remove(key);
            writer.execute(this::write);
        }
    }

    private static boolean isDeletion(JsonObject document) {
        return document.size() == 1 && document.containsKey(DELETED);
    }

    private void write() {
        JsonObject whole = new JsonObject();
        synchronized (this) {
            waiting.forEach(whole::put);
        }
        try {
            if (whole.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, whole.encode(), StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("{} cannot be written either; a kill -9 now would leave {} leases behind", file, whole.size());
        }
    }
}
