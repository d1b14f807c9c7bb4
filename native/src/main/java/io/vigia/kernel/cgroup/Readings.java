package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Reading;
import java.util.function.Function;

/** Steps over {@link Reading}s. */
final class Readings {
    private Readings() {}

    /** The next step, only where the first one gave a value. */
    static <T, R> Reading<R> then(Reading<T> reading, Function<? super T, Reading<R>> step) {
        return switch (reading) {
            case Reading.Known<T>(T value) -> step.apply(value);
            case Reading.Gone<T>() -> Reading.gone();
            case Reading.Unknown<T>(String why) -> Reading.unknown(why);
        };
    }

    /** Parses; a text that the parser refuses is unknown with {@code name} and the reason. */
    static <T, R> Reading<R> parse(Reading<T> reading, String name, Function<? super T, ? extends R> parser) {
        return then(reading, text -> {
            try {
                return Reading.known(parser.apply(text));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return Reading.unknown(name + " has a text that vigia does not understand: " + e.getMessage());
            }
        });
    }

    static long orMinusOne(Reading<Long> reading) {
        Long value = reading.orNull();
        return value == null ? -1 : value;
    }
}
