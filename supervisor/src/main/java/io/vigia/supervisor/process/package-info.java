/** Processes as state: from the kernel's messages to trees, exits and events. */
@NullMarked
package io.vigia.supervisor.process;

import org.jspecify.annotations.NullMarked;
