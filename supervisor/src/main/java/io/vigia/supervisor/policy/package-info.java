/** From state, event and now to decisions; pure: no Vert.x, no clock, no I/O. */
@NullMarked
package io.vigia.supervisor.policy;

import org.jspecify.annotations.NullMarked;
