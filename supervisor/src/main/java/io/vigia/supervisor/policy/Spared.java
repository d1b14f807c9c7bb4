package io.vigia.supervisor.policy;

/** A candidate that was left alone, and why. */
public record Spared(Victim victim, Reason reason, String why) {
    /** Why. */
    public enum Reason {
        ROOT,
        OWN,
        INIT,
        PROTECTED,
        NOT_ENFORCED,
        NOT_MATCHING,
        EMPTY,
        FROZEN,
        ALREADY_TIGHTER,
        AT_CEILING,
        UNREADABLE,
        RANKED_LOWER
    }
}
