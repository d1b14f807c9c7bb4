package io.vigia.kernel.model;

/**
 * One line of a pressure file.
 *
 * @param avg10 percent of the last 10 s, 0 to 100; {@code avg60} and {@code avg300} likewise
 * @param totalUsec stalled microseconds since the cgroup was made
 */
public record PressureStall(double avg10, double avg60, double avg300, long totalUsec) {}
