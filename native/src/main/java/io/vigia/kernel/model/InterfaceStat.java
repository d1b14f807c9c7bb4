package io.vigia.kernel.model;

/** One interface's line of {@code /proc/PID/net/dev}: counters since it was made. */
public record InterfaceStat(
        String name,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long receiveDropped,
        long transmittedBytes,
        long transmittedPackets,
        long transmitErrors,
        long transmitDropped) {}
