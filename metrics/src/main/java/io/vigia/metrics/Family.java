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

    /** One sample line at a time. */
    interface Line {
        void value(double value);

        /** Whole numbers are exact, whatever their size. */
        void value(long value);

        void value(String label, String labelValue, long value);

        void value(String label1, String value1, String label2, String value2, long value);
    }
}
