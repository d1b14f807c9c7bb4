/** Leases on limits and freezes: what is written, stored and given back, in step with the kernel and the disk. */
@NullMarked
package io.vigia.supervisor.lease;

import org.jspecify.annotations.NullMarked;
