package io.vigia.kernel.model;

import org.jspecify.annotations.Nullable;

/** A pressure file: {@code some} is absent for irq, {@code full} for the system's cpu file on old kernels. */
public record Pressure(
        @Nullable PressureStall some, @Nullable PressureStall full) {
    public @Nullable PressureStall of(PressureKind kind) {
        return kind == PressureKind.SOME ? some : full;
    }
}
