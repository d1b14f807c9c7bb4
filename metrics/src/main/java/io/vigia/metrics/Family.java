package io.vigia.metrics;

/**
 * A metric family of groups.
 *
 * @param name in full; a counter's ends in {@code _total}
 */
record Family(String name, Type type, String help, Values values) {
    Family {
        if (type == Type.COUNTER && !name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter ends in _total: " + name);
        }
    }

    enum Type {
        COUNTER,
        GAUGE
    }

    /** Writes the samples of one group; none where the value is unknown. */
    @FunctionalInterface
    interface Values {
        void write(GroupSample group, Line line);
    }

    /** One sample line at a time; what is below 0 is unknown and left out. */
    interface Line {
        void number(long value);

        /** Given in microseconds, written in seconds. */
        void micros(long value);

        /** Given in milliseconds, written in seconds. */
        void millis(long value);

        /** @param labels further ones, {@code name="value"} and escaped, as bytes */
        void labelled(byte[] labels, long value);
    }
}
