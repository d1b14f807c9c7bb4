package io.vigia.kernel.model;

import java.util.Locale;

/** {@code some}: at least one task stalled. {@code full}: all non-idle tasks stalled at once. */
public enum PressureKind {
    SOME,
    FULL;

    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
