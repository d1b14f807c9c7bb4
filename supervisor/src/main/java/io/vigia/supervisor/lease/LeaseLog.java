package io.vigia.supervisor.lease;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.group.ReclaimJournal;
import io.vigia.supervisor.journal.JsonText;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease book on disk: a line for each document that changed, appended by whoever is about to write to the kernel. Not in the
 * journal's database, whose writer a reaction would have to wait for. While the state directory's disk takes nothing, the lines go to a
 * file beside the socket: runtime directories are in memory as a rule, so that enforcement goes on with a full disk and kill -9 still
 * forgets nothing. Of several lines for one document the one with the highest number counts, in whichever file it is. Lines of another
 * boot count for nothing, as no cgroup outlives it. Thread-safe.
 */
public final class LeaseLog implements ReclaimJournal, AutoCloseable {
    /** Ends the keys of what a v1 reclaim lowers for a moment. */
    private static final String RECLAIM = "#reclaim";

    /** Beyond it the file is written anew with what counts; a lease has some 400 bytes. */
    private static final long ROOM_BYTES = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(LeaseLog.class);

    private final LineFile file;
    private final LineFile spare;
    private final String boot;
    /** In the order of the book's changes, which is the loop's. */
    private final ConcurrentLinkedQueue<Supplier<Map<String, Optional<Map<String, Object>>>>> noted =
            new ConcurrentLinkedQueue<>();

    /** What counts; guarded by this, as all below. */
    private final TreeMap<String, JsonObject> documents = new TreeMap<>();

    private long number;
    private long roomBytes = ROOM_BYTES;
    /** Something is kept beside the socket, or nowhere. */
    private volatile boolean beside;

    private LeaseLog(LineFile file, LineFile spare, @Nullable String boot) {
        this.file = file;
        this.spare = spare;
        this.boot = boot == null ? "unknown" : boot;
    }

    /**
     * Reads what an earlier vigia left. Blocking, for the start.
     *
     * @param boot names this run of the kernel; {@code null}: unknown
     */
    public static LeaseLog open(Path stateDir, Path socket, @Nullable String boot) {
        LeaseLog log = new LeaseLog(
                new LineFile(stateDir.resolve("leases.log")),
                new LineFile(socket.resolveSibling(socket.getFileName() + ".leases")),
                boot);
        log.read();
        return log;
    }

    private synchronized void read() {
        Map<String, Long> newest = new HashMap<>();
        read(file, newest);
        read(spare, newest);
        // The monotonic clock goes on over a restart within one boot: also where a file cannot be read now and can be
        // later.
        number = Math.max(number, System.nanoTime());
        beside = spare.bytes() > 0;
    }

    private void read(LineFile from, Map<String, Long> newest) {
        int unreadable = 0;
        try {
            for (String line : from.read()) {
                if (!line.isBlank() && !take(line, newest)) {
                    unreadable++;
                }
            }
        } catch (IOException e) {
            LOG.error(
                    "{} cannot be read, so leases in it are not given back, and limits they changed stay until"
                            + " somebody sets them: {}",
                    from.path(),
                    e.toString());
        }
        if (unreadable > 0) {
            // A full disk tears a line, which is then told again in the other file; more is damage.
            LOG.warn("{} lines of {} cannot be read and are left out", unreadable, from.path());
        }
    }

    private boolean take(String line, Map<String, Long> newest) {
        try {
            JsonObject json = new JsonObject(line);
            Long itsNumber = json.getLong("n");
            String key = json.getString("key");
            if (itsNumber == null || key == null) {
                return false;
            }
            if (!boot.equals(json.getString("boot"))) {
                return true;
            }
            number = Math.max(number, itsNumber);
            if (newest.getOrDefault(key, 0L) < itsNumber) {
                newest.put(key, itsNumber);
                keep(key, json.getJsonObject("document"));
            }
            return true;
        } catch (DecodeException | ClassCastException e) {
            return false;
        }
    }

    private void keep(String key, @Nullable JsonObject document) {
        if (document == null) {
            documents.remove(key);
        } else {
            documents.put(key, document);
        }
    }

    /** The book was that and is this; to be followed by {@link #flush}. Called in the order of its changes; never blocks. */
    void note(LeaseBook before, LeaseBook after) {
        noted.add(() -> after.documentsSince(before));
    }

    /**
     * Everything that was noted before is in a file when it returns, or cannot be in either, which is logged: what is to be enforced
     * does not wait for more. Blocking; workers.
     */
    synchronized void flush() {
        StringBuilder lines = new StringBuilder();
        for (var one = noted.poll(); one != null; one = noted.poll()) {
            one.get()
                    .forEach((key, map) ->
                            tell(lines, key, map.map(JsonObject::new).orElse(null)));
        }
        if (!lines.isEmpty()) {
            append(lines.toString());
        }
    }

    private void tell(StringBuilder lines, String key, @Nullable JsonObject document) {
        if (document != null || documents.containsKey(key)) {
            keep(key, document);
            line(lines, key, document);
        }
    }

    private void line(StringBuilder lines, String key, @Nullable JsonObject document) {
        JsonObject line = new JsonObject()
                .put("n", ++number)
                .put("boot", boot)
                .put("key", key)
                .put("document", document);
        JsonText.append(lines, line);
        lines.append('\n');
    }

    private void append(String lines) {
        try {
            file.append(lines);
            if (file.bytes() > roomBytes) {
                rewrite();
            }
        } catch (IOException e) {
            if (!beside) {
                beside = true;
                LOG.warn(
                        "{} takes no leases, they are kept in {} meanwhile: {}",
                        file.path(),
                        spare.path(),
                        e.toString());
            }
            appendToSpare(lines);
        }
    }

    private void appendToSpare(String lines) {
        try {
            spare.append(lines);
        } catch (IOException e) {
            LOG.error(
                    "{} cannot be written either; a kill -9 now would leave {} leases behind: {}",
                    spare.path(),
                    documents.size(),
                    e.toString());
        }
    }

    /** Whether leases are kept beside the socket, because the disk took none. */
    boolean isBeside() {
        return beside;
    }

    /** Tries to bring back to the disk what is kept beside it. Blocking; workers. */
    synchronized void bringBack() {
        if (!beside) {
            return;
        }
        try {
            rewrite();
            spare.delete();
            beside = false;
            LOG.info("{} takes leases again", file.path());
        } catch (IOException e) {
            LOG.debug("leases stay beside the disk: {}", e.toString());
        }
    }

    private void rewrite() throws IOException {
        StringBuilder lines = new StringBuilder();
        documents.forEach((key, document) -> line(lines, key, document));
        file.replace(lines.toString());
        roomBytes = Math.max(ROOM_BYTES, 4L * lines.length());
    }

    @Override
    public void reclaiming(CgroupPath path, JsonObject document) {
        noted.add(() -> Map.of(path.id() + RECLAIM, Optional.of(document.getMap())));
        flush();
    }

    @Override
    public void reclaimed(CgroupPath path) {
        noted.add(() -> Map.of(path.id() + RECLAIM, Optional.empty()));
        flush();
    }

    /** What was found at the start. A document that cannot be read is left out, and said so: one bad lease must not cost the others. */
    public synchronized LeaseBook book(Moment now) {
        Map<String, Map<String, Object>> good = new HashMap<>();
        documents.forEach((key, document) -> {
            if (key.endsWith(RECLAIM)) {
                return;
            }
            try {
                LeaseBook.fromMaps(Map.of(key, document.getMap()), now);
                good.put(key, document.getMap());
            } catch (IllegalArgumentException e) {
                LOG.error("a lease in {} is unreadable and is not given back: {}", file.path(), e.getMessage());
            }
        });
        return LeaseBook.fromMaps(good, now);
    }

    /** Reclaims that a crash cut off, as found at the start. */
    public synchronized SortedMap<String, JsonObject> cutOffReclaims() {
        TreeMap<String, JsonObject> found = new TreeMap<>(documents);
        found.keySet().removeIf(key -> !key.endsWith(RECLAIM));
        return found;
    }

    @Override
    public synchronized void close() {
        flush();
        file.close();
        spare.close();
    }
}
