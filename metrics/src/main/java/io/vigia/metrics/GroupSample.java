package io.vigia.metrics;

import io.vigia.kernel.model.CgroupNumbers;

/**
 * One group at the time of a scrape. Its numbers are the reader's own and are filled anew by the next reading: render
 * before that.
 *
 * @param startMillis when the group was made, since the epoch; -1: unknown
 * @param devices names those of its numbers
 */
public record GroupSample(GroupLabels labels, CgroupNumbers numbers, long startMillis, DeviceNames devices) {}
