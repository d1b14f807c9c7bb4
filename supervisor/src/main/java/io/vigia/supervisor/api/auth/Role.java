package io.vigia.supervisor.api.auth;

import java.util.Locale;
import java.util.Optional;

/** What may be done, each including the ones before. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Changes limits; freezes, restarts, stops and kills what is there. */
    OPERATOR,
    /** Makes, replaces and deletes groups and policies. */
    ADMIN;

    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }

    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a name that is none. */
    public static Optional<Role> ofApiName(String name) {
        for (Role role : values()) {
            if (role.apiName().equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
