/** Numbers of groups and of vigia itself, as Prometheus text and OpenMetrics. */
@NullMarked
package io.vigia.metrics;

import org.jspecify.annotations.NullMarked;
