package io.vigia.supervisor.config;

/**
 * Where something stands in a text.
 *
 * @param line from 1; 0 when the text has no lines, for example an environment variable
 * @param column from 1, in characters
 */
public record Position(int line, int column) {
    /** Of what has no lines. */
    public static final Position NONE = new Position(0, 0);
}
