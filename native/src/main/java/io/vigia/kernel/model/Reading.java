package io.vigia.kernel.model;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What reading one kernel file gave. A missing file is never "zero" or "unlimited": a supervisor that kills must not
 * guess.
 */
public sealed interface Reading<T> {
    /** The kernel said this. */
    record Known<T>(T value) implements Reading<T> {}

    /** The cgroup or the process ended before it could be read: an ordinary result. */
    record Gone<T>() implements Reading<T> {}

    /** It exists but this kernel, hierarchy or permission does not give the value; {@code why} is for people. */
    record Unknown<T>(String why) implements Reading<T> {}

    static <T> Reading<T> known(T value) {
        return new Known<>(value);
    }

    static <T> Reading<T> gone() {
        return new Gone<>();
    }

    static <T> Reading<T> unknown(String why) {
        return new Unknown<>(why);
    }

    /** The value, or {@code null} where there is none. */
    default @Nullable T orNull() {
        return this instanceof Known<T>(T value) ? value : null;
    }

    default <R> Reading<R> map(Function<? super T, ? extends R> f) {
        return switch (this) {
            case Known<T>(T value) -> known(f.apply(value));
            case Gone<T>() -> gone();
            case Unknown<T>(String why) -> unknown(why);
        };
    }
}
