package io.vigia.supervisor.policy;

import io.vigia.kernel.model.Reading;

/**
 * What one detector saw when a decision was taken.
 *
 * @param detector in words, with the unit: {@code "memory full pressure, share of 2s"}
 * @param value a share (0 to 1) or a count, as {@code unit} says
 * @param threshold the same unit; it holds above it (counts: at it)
 */
public record DetectorReading(String detector, Reading<Double> value, double threshold, Unit unit, boolean holds) {
    /** Of value and threshold. */
    public enum Unit {
        SHARE,
        COUNT
    }
}
