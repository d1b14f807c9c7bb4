package io.vigia.supervisor.policy;

/** What a lease is for; decides what wins when several hold the same file. */
public enum LeaseIntent {
    /** Never looser than what would be without it. The tightest wins. */
    TIGHTEN,
    /** Never lower than what would be without it. The highest wins, but below every {@link #TIGHTEN}. */
    RAISE,
    /** Exactly this value, an operator's word: wins over policies while it lasts. The latest of those that still last wins. */
    SET
}
