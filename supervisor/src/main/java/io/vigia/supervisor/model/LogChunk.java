package io.vigia.supervisor.model;

import io.vertx.core.buffer.Buffer;

/**
 * A piece of a container's output.
 *
 * @param from where these bytes begin: later than asked for when older ones were rotated away
 * @param bytes empty at the end of what there is so far
 * @param ended whether no more will come: the container is gone
 */
public record LogChunk(long from, Buffer bytes, boolean ended) {
    /** Where to go on. */
    public long next() {
        return from + bytes.length();
    }
}
