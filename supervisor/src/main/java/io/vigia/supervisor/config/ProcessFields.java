package io.vigia.supervisor.config;

import io.vigia.kernel.model.Credentials;
import io.vigia.kernel.model.IoPriority;
import io.vigia.kernel.model.IoPriority.Scheduling;
import io.vigia.kernel.model.ResourceLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a container's process is given by the kernel beside its cgroup: priorities, limits, a user. */
final class ProcessFields {
    private static final int BEST_EFFORT_LEVEL = 4;

    private ProcessFields() {}

    /** {@code best-effort:6}, {@code realtime:3}, {@code idle}. */
    static IoPriority ioPriority(String text) {
        int colon = text.indexOf(':');
        Scheduling scheduling = Choices.of(Scheduling.class, colon < 0 ? text : text.substring(0, colon));
        if (colon < 0) {
            return new IoPriority(scheduling, scheduling == Scheduling.IDLE ? 0 : BEST_EFFORT_LEVEL);
        }
        String level = text.substring(colon + 1);
        if (scheduling == Scheduling.IDLE || !level.matches("[0-7]")) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an io priority: write best-effort or realtime with a level from 0 (first) to 7, like"
                    + " best-effort:6, or idle");
        }
        return new IoPriority(scheduling, Integer.parseInt(level));
    }

    static List<ResourceLimit> rlimits(@Nullable Fields fields) {
        List<ResourceLimit> limits = new ArrayList<>();
        if (fields == null) {
            return limits;
        }
        for (ResourceLimit.Kind kind : ResourceLimit.Kind.values()) {
            ResourceLimit limit = fields.value(kind.name().toLowerCase(Locale.ROOT), text -> rlimit(kind, text));
            if (limit != null) {
                limits.add(limit);
            }
        }
        fields.done();
        return limits;
    }

    /** {@code 4096}, {@code 1024:4096} (soft and hard), {@code 64Mi} where bytes are counted, {@code unlimited}. */
    private static ResourceLimit rlimit(ResourceLimit.Kind kind, String text) {
        int colon = text.indexOf(':');
        long soft = amount(kind, colon < 0 ? text : text.substring(0, colon));
        long hard = colon < 0 ? soft : amount(kind, text.substring(colon + 1));
        if (soft > hard) {
            throw new IllegalArgumentException(
                    "'" + text + "' has a soft limit above the hard one: write SOFT:HARD, like 1024:4096");
        }
        return new ResourceLimit(kind, soft, hard);
    }

    private static long amount(ResourceLimit.Kind kind, String text) {
        if (text.equals("unlimited")) {
            return ResourceLimit.UNLIMITED;
        }
        if (kind.bytes()) {
            return Quantities.bytes(text);
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException("'" + text + "' is not a limit: write a whole number or unlimited");
        }
        return Long.parseLong(text);
    }

    static @Nullable Credentials user(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        Long uid = fields.integer("uid", 0, Credentials.MAX);
        Long gid = fields.integer("gid", 0, Credentials.MAX);
        LaterFields.ofUser(fields);
        if (fields.get("map") == null) {
            fields.require("uid", "uid: 1000");
        }
        fields.done();
        return uid == null ? null : new Credentials(uid, gid == null ? uid : gid);
    }
}
