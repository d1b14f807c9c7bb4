package io.vigia.supervisor.engine;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a new cgroup with the same limits in an empty one's place. Linux kills what is born into a cgroup (clone3 with
 * CLONE_INTO_CGROUP) that ever was the target of {@code cgroup.kill}: {@code cgroup_css_set_fork} takes the count of kills
 * from the parent's cgroup, {@code cgroup_post_fork} compares it with the target's (kernel/cgroup/cgroup.c, seen on 6.18).
 * Blocking; worker threads only.
 */
final class Renewal {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    private Renewal() {}

    /** The new cgroup, or the old one where it could not be removed. */
    static Cgroup of(Cgroups cgroups, Cgroup old) {
        Map<LimitFile, LimitValue> limits = limits(old);
        try {
            cgroups.remove(old.path());
        } catch (RuntimeException e) {
            LOG.warn("cannot renew cgroup {} after a kill: {}", old.path(), e.toString());
        }
        Cgroup made = cgroups.create(old.path());
        if (!made.id().equals(old.id())) {
            Map<LimitFile, LimitValue> fresh = limits(made);
            limits.forEach((file, value) -> {
                if (!value.equals(fresh.get(file))) {
                    made.writeLimit(file, value);
                }
            });
        }
        return made;
    }

    private static Map<LimitFile, LimitValue> limits(Cgroup cgroup) {
        Map<LimitFile, LimitValue> all = new EnumMap<>(LimitFile.class);
        for (LimitFile file : LimitFile.values()) {
            LimitValue value = cgroup.readLimit(file).orNull();
            if (value != null) {
                all.put(file, value);
            }
        }
        return all;
    }
}
