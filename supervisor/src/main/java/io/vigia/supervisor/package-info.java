/** The front door: starts the supervisor or one client verb. */
@NullMarked
package io.vigia.supervisor;

import org.jspecify.annotations.NullMarked;
