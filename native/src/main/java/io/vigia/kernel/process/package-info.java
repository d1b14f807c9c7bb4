/** Processes: spawning, pidfds, the proc connector and /proc. */
@NullMarked
package io.vigia.kernel.process;

import org.jspecify.annotations.NullMarked;
