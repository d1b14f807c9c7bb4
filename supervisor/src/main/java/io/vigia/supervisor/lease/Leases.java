package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.policy.Lease;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Result;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes with an end: who holds which file of a group, and what it goes back to. Kernel-loop thread only; futures complete there. */
public final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final KernelLoop loop;
    private final LeasedFiles files;
    private final LeaseTaking taking;
    private final LeaseRestore restore;

    public Leases(
            KernelLoop loop,
            GroupTable table,
            LimitService limits,
            GroupOperations operations,
            GroupWorkers workers,
            LeaseLog log,
            Supplier<Moment> now,
            EndListener ended) {
        this.loop = loop;
        LeaseDisk disk = new LeaseDisk(loop, workers, log);
        files = new LeasedFiles(loop, limits, operations, disk, now, ended);
        taking = new LeaseTaking(loop, table, limits, operations, files);
        restore = new LeaseRestore(loop, table, operations, disk, files);
    }

    /** Told when a lease ends without its holder having asked. */
    @FunctionalInterface
    public interface EndListener {
        void leaseEnded(LeaseHolder holder, LeaseKey key, String why);
    }

    /** Files under lease, those included that are being given back. */
    public int size() {
        loop.requireInLoop();
        return files.book().leases().size();
    }

    /** Files that this holder has under lease. */
    public Set<LeaseKey> heldBy(LeaseHolder holder) {
        loop.requireInLoop();
        return files.book().leasesOf(holder).stream().map(Lease::key).collect(Collectors.toSet());
    }

    /** Everybody who has a lease now. */
    public Set<LeaseHolder> holders() {
        loop.requireInLoop();
        return files.book().leases().stream().map(Lease::holder).collect(Collectors.toSet());
    }

    /** Files of the group under lease. */
    public Set<LimitFile> leased(CgroupId group) {
        loop.requireInLoop();
        return files.book().keys().stream()
                .filter(key -> key.group().equals(group))
                .flatMap(key -> LimitFile.ofFileName(key.file()).stream())
                .collect(Collectors.toSet());
    }

    /** The way to new leases. */
    public LeaseTaking taking() {
        return taking;
    }

    /** After a restart; {@code loaded} and {@code cutOffReclaims} are what the disk says. */
    public Future<Void> restore(LeaseBook loaded, Map<String, JsonObject> cutOffReclaims) {
        loop.requireInLoop();
        return restore.restore(loaded, cutOffReclaims);
    }

    /** Gives back everything that {@code holder} has. */
    public Future<Result> giveBack(LeaseHolder holder) {
        loop.requireInLoop();
        return files.carryOut(files.book().giveBack(holder, "given back"))
                .map(written -> Result.done(written.isEmpty() ? "nothing had to be written" : written));
    }

    /** Somebody else wrote the file: the other's value is respected. */
    public void drifted(CgroupPath path, CgroupId id, LimitFile file) {
        loop.requireInLoop();
        files.lookAgain(new LeaseKey(path, id, file.fileName()));
    }

    /** Somebody else thawed it, or we did and nothing is leased any more. */
    public void thawed(CgroupPath path, CgroupId id) {
        loop.requireInLoop();
        files.lookAgain(new LeaseKey(path, id, LeaseKey.FREEZE));
    }

    /** The group ended, and its files with it. */
    public void gone(CgroupId id) {
        loop.requireInLoop();
        files.carryOut(files.book().gone(id))
                .onFailure(e -> LOG.warn("cannot forget leases of an ended group: {}", e.toString()));
    }
}
