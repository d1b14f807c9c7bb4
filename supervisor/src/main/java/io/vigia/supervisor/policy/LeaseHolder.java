package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a lease.
 *
 * @param by as events say it: {@code api}, or {@code policy NAME}
 * @param target the group whose policy instance holds it; {@code null} for the API
 */
public record LeaseHolder(String by, @Nullable CgroupId target) {
    /** A PATCH with {@code ttl}; each is a lease of its own ({@link LeaseIntent#SET}). */
    public static final LeaseHolder API = new LeaseHolder("api", null);

    public static LeaseHolder ofPolicy(String policy, CgroupId target) {
        return new LeaseHolder("policy " + policy, target);
    }
}
