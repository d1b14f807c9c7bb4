/** Immutable snapshots of groups, rendered as Prometheus text and OpenMetrics. */
@NullMarked
package io.vigia.metrics;

import org.jspecify.annotations.NullMarked;
