/** Containers of managed groups: spawn, logs, adoption. */
@NullMarked
package io.vigia.supervisor.engine;

import org.jspecify.annotations.NullMarked;
