/** When to restart: a table of state and event, with backoff. */
@NullMarked
package io.vigia.supervisor.supervise;

import org.jspecify.annotations.NullMarked;
