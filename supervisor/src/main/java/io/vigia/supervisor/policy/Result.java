package io.vigia.supervisor.policy;

import java.util.List;

/**
 * What became of one {@link Order}.
 *
 * @param detail for people: what was done or why not, with file and errno ({@code "cpu.max max → 25000 100000"})
 * @param leases now held because of it; empty unless {@code DONE}
 */
public record Result(Status status, String detail, List<LeaseKey> leases) {
    public Result {
        leases = List.copyOf(leases);
    }

    public static Result done(String detail) {
        return new Result(Status.DONE, detail, List.of());
    }

    /** How it ended. */
    public enum Status {
        DONE,
        /** The kernel or the network said no. */
        FAILED,
        /** Not tried: a rule forbids it, or it is unsupported here. */
        REFUSED,
        /** The victim ended before: an ordinary result. */
        GONE
    }
}
