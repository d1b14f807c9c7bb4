package io.vigia.supervisor.stream;

import io.vigia.supervisor.journal.Event;

/** Where one client's frames go. Its own context alone. */
public interface StreamSink {
    /** Whether more would only wait in memory; {@link ClientStream#pump} is called once there is room again. */
    boolean full();

    /** A numbered event. */
    void write(Event event);

    /** A frame for this client alone, without a number. */
    void writeNote(String json);

    /** @param code of RFC 6455, section 7.4 */
    void close(int code, String reason);
}
