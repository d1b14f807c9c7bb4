package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.parse.LimitValues;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an earlier vigia had leased, and what a crash cut off. Kernel-loop thread only; futures complete there. */
final class LeaseRestore {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRestore.class);

    private final KernelLoop loop;
    private final GroupTable table;
    private final GroupOperations operations;
    private final LeaseDisk disk;
    private final LeasedFiles files;

    LeaseRestore(KernelLoop loop, GroupTable table, GroupOperations operations, LeaseDisk disk, LeasedFiles files) {
        this.loop = loop;
        this.table = table;
        this.operations = operations;
        this.disk = disk;
        this.files = files;
    }

    /**
     * After a restart: finishes what was cut off and forgets groups that are gone. Leases of the API go on to their end;
     * those of policies are for the policies to take over, the others to be given back by {@link Leases#giveBack}.
     */
    Future<Void> restore(LeaseBook loaded, Map<String, JsonObject> cutOffReclaims) {
        loop.requireInLoop();
        files.load(loaded);
        disk.bringBackLater();
        List<Future<?>> steps = new ArrayList<>();
        cutOffReclaims.forEach((key, document) -> steps.add(finishReclaim(document)));
        for (LeaseKey key : loaded.keys()) {
            GroupEntry entry = table.get(key.path(), key.group());
            if (entry == null) {
                steps.add(files.carryOut(files.book().gone(key.group())));
            } else {
                // In order with what ends by its time meanwhile: what was read before that would be taken for
                // somebody else's.
                steps.add(files.inOrder(
                                key.path(),
                                () -> present(key)
                                        .map(seen -> files.carryOut(files.book().reconcile(key, seen))))
                        .compose(written -> written));
            }
        }
        return Future.join(steps).<Void>mapEmpty().recover(e -> {
            LOG.error("not every lease could be settled: {}", e.toString());
            return Future.succeededFuture();
        });
    }

    // A v1 reclaim lowers memory.max for a moment; a crash in that moment left it low.
    private Future<Void> finishReclaim(JsonObject document) {
        CgroupPath path = CgroupPath.ofId(document.getString("group"));
        GroupEntry entry = table.get(path);
        if (entry == null || entry.id.inode() != document.getLong("cgroupId")) {
            return disk.reclaimed(path);
        }
        LimitFile file = LimitFile.ofFileName(document.getString("file")).orElse(LimitFile.MEMORY_MAX);
        LimitValue before = LimitValues.parse(file, document.getString("before"));
        return files.write(path, Map.of(file, Optional.of(before))).compose(done -> disk.reclaimed(path));
    }

    private Future<LimitValue> present(LeaseKey key) {
        Future<LimitValue> value = files.kernelValue(key);
        // Not frozen may mean not frozen yet, if the crash came early: thawing makes sure, and does no harm else.
        return key.file().equals(LeaseKey.FREEZE)
                ? value.compose(frozen -> frozen.equals(LeaseKey.THAWED)
                        ? operations.freeze(key.path(), false).map(frozen)
                        : value)
                : value;
    }
}
