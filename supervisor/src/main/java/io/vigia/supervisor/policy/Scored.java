package io.vigia.supervisor.policy;

/**
 * A candidate that may be acted on.
 *
 * @param score higher goes first; in the unit that {@code basis} names; 0 where the rung ranks nobody
 * @param basis in words: {@code "memory.current, bytes"}
 * @param chosen an order was made for it
 */
public record Scored(Victim victim, double score, String basis, boolean chosen) {
    /** {@code basis} where a rung acts on everybody who matches. */
    static final String UNRANKED = "all that match";
}
