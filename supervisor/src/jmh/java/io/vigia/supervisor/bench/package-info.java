/** Speed, measured beside a floor or a peer in the same run; results stand in {@code BENCHMARKS.md}. */
@NullMarked
package io.vigia.supervisor.bench;

import org.jspecify.annotations.NullMarked;
