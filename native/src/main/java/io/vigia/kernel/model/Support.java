package io.vigia.kernel.model;

/** What a probe found: a value with its cause, so that callers can say what is lost and what would help. */
public sealed interface Support {
    /** Works in full; {@code detail} says how, for example a version. */
    record Available(String detail) implements Support {}

    /** Works in part; {@code lost} says what does not, {@code remedy} what would change it (may be empty). */
    record Degraded(String lost, String remedy) implements Support {}

    /** Does not work; {@code cause} says why, {@code remedy} what to do (may be empty). */
    record Missing(String cause, String remedy) implements Support {}

    /** Whether it works at least in part. */
    default boolean usable() {
        return !(this instanceof Missing);
    }
}
