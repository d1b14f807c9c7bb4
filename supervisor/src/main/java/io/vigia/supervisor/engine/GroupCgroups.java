package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.Problem;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, limits and removes the cgroups of managed groups. Kernel-loop thread only; futures complete there. */
final class GroupCgroups {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCgroups.class);
    private static final int REMOVE_TRIES = 50;
    private static final long REMOVE_AGAIN_MILLIS = 20;

    private final EngineParts parts;

    GroupCgroups(EngineParts parts) {
        this.parts = parts;
    }

    /** Fails with the first limit that this hierarchy cannot have. Before anything is made. */
    Future<Void> requireSupported(GroupSpec spec) {
        return parts.onLoop(parts.workers().submit(() -> {
            requireSupported(spec.limits(), "spec.limits");
            int i = 0;
            for (ContainerSpec container : spec.containers()) {
                requireSupported(container.limits(), "spec.containers[" + i++ + "].limits");
            }
            return null;
        }));
    }

    private void requireSupported(Map<LimitFile, LimitValue> limits, String field) {
        for (LimitFile file : limits.keySet()) {
            if (parts.cgroups().support(file) instanceof Support.Missing missing) {
                throw Problem.of(
                                Problem.Kind.UNSUPPORTED,
                                file.fileName() + " is not supported here: " + missing.cause()
                                        + (missing.remedy().isEmpty() ? "" : "; " + missing.remedy()))
                        .atField(field + "." + file.fileName());
            }
        }
    }

    /** Makes a cgroup, or opens it, and sets its limits as {@link #limit} does. */
    Future<Cgroup> make(CgroupPath path, Map<LimitFile, LimitValue> wish, Map<LimitFile, LimitValue> before) {
        return parts.onLoop(parts.workers().submit(path, () -> create(path)))
                .compose(made -> limit(made, wish, before).map(made));
    }

    /** Leaves the limits of one that is there as they are; makes one that is not, and sets its limits. */
    Future<Cgroup> keep(CgroupPath path, Map<LimitFile, LimitValue> wish) {
        return parts.onLoop(parts.workers().submit(path, () -> {
                    boolean there = parts.cgroups().open(path) instanceof Reading.Known<Cgroup>;
                    return Map.entry(create(path), there);
                }))
                .compose(one -> one.getValue()
                        ? Future.succeededFuture(one.getKey())
                        : limit(one.getKey(), wish, Map.of()).map(one.getKey()));
    }

    private Cgroup create(CgroupPath path) {
        try {
            return parts.cgroups().create(path);
        } catch (KernelException e) {
            throw Problem.of(Problem.Kind.KERNEL, "cannot make cgroup " + path.id() + ": " + e.getMessage())
                    .atFile(e.target(), e.errno());
        } catch (RuntimeException e) {
            throw e instanceof Problem ? e : Problem.of(Problem.Kind.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Sets limits; those in {@code before} and not in {@code wish} go back to the kernel's default. What the manifest changes ends the leases on it,
     * what it leaves as it was does not: a throttled group stays throttled when one of its containers is added.
     */
    Future<Void> limit(CgroupPath path, Map<LimitFile, LimitValue> wish, Map<LimitFile, LimitValue> before) {
        return parts.onLoop(parts.workers().submit(path, () -> there(path)))
                .compose(there -> limit(there, wish, before));
    }

    private Cgroup there(CgroupPath path) {
        return switch (parts.cgroups().open(path)) {
            case Reading.Known<Cgroup>(Cgroup cgroup) -> cgroup;
            case Reading.Gone<Cgroup>() ->
                throw Problem.of(Problem.Kind.NOT_FOUND, "there is no group " + path.id() + " (any more)");
            case Reading.Unknown<Cgroup>(String why) -> throw Problem.of(Problem.Kind.UNAVAILABLE, why);
        };
    }

    /** Fails as {@link #limit} would, where the cgroup is there, and writes nothing. */
    Future<Void> checkLimits(CgroupPath path, Map<LimitFile, LimitValue> wish, Map<LimitFile, LimitValue> before) {
        return parts.onLoop(parts.workers().submit(path, () -> there(path)))
                .compose(there -> limit(there, wish, before, true));
    }

    private Future<Void> limit(Cgroup cgroup, Map<LimitFile, LimitValue> wish, Map<LimitFile, LimitValue> before) {
        return limit(cgroup, wish, before, false);
    }

    private Future<Void> limit(
            Cgroup cgroup, Map<LimitFile, LimitValue> wish, Map<LimitFile, LimitValue> before, boolean dryRun) {
        EnumMap<LimitFile, Optional<LimitValue>> values = new EnumMap<>(LimitFile.class);
        before.keySet().forEach(file -> values.put(file, Optional.empty()));
        Set<LimitFile> leased = parts.limits().leased(cgroup.id());
        wish.forEach((file, value) -> {
            if (!leased.contains(file) || !value.equals(before.get(file))) {
                values.put(file, Optional.of(value));
            } else {
                values.remove(file);
            }
        });
        if (values.isEmpty()) {
            return Future.succeededFuture();
        }
        return parts.onLoop(parts.limits()
                        .change(
                                cgroup.path(),
                                cgroup.id(),
                                new LimitChange(values, null, null, false, dryRun),
                                "manifest"))
                .mapEmpty();
    }

    /** Whether there is a cgroup with processes, which are then not ours. */
    Future<Boolean> isPopulated(CgroupPath path) {
        return parts.onLoop(parts.workers().submit(() -> {
            Cgroup there = parts.cgroups().open(path).orNull();
            return there != null && Ending.populated(there);
        }));
    }

    /** Kills what is left in it and removes it; completes when it is gone. */
    Future<Void> remove(CgroupPath path) {
        Promise<Void> promise = Promise.promise();
        remove(path, REMOVE_TRIES, promise);
        return promise.future();
    }

    private void remove(CgroupPath path, int tries, Promise<Void> promise) {
        Cgroups cgroups = parts.cgroups();
        parts.onLoop(parts.workers().submit(path, () -> {
                    if (cgroups.open(path) instanceof Reading.Known<Cgroup>(Cgroup there)) {
                        Ending.killAndLook(there);
                    }
                    // Also without a v2 directory: a v1 one may be left.
                    cgroups.remove(path);
                    return null;
                }))
                .onSuccess(done -> promise.complete())
                .onFailure(e -> {
                    if (e instanceof KernelException.Busy && tries > 0) {
                        // Killed processes leave when the kernel gets to it.
                        parts.loop().schedule(REMOVE_AGAIN_MILLIS, () -> remove(path, tries - 1, promise));
                        return;
                    }
                    LOG.warn("cannot remove cgroup {}: {}", path, e.toString());
                    promise.fail(Problem.of(
                            e instanceof KernelException.Busy ? Problem.Kind.CONFLICT : Problem.Kind.KERNEL,
                            "cannot remove cgroup " + path.id() + ": " + e.getMessage()));
                });
    }

    /** Removes a cgroup that vigia may have made on the way, if it is empty; it is no error if it is not. */
    Future<Void> removeIfUnused(@Nullable CgroupPath path) {
        if (path == null) {
            return Future.succeededFuture();
        }
        return parts.onLoop(parts.workers().<Void>submit(path, () -> {
                    Cgroup there = parts.cgroups().open(path).orNull();
                    var children = parts.cgroups().children(path).orNull();
                    if (there != null && children != null && children.isEmpty() && !Ending.populated(there)) {
                        parts.cgroups().remove(path);
                    }
                    return null;
                }))
                .otherwiseEmpty();
    }
}
