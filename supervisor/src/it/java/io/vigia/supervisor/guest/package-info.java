/** Runs real-kernel tests inside a guest that has neither Maven nor a network. */
@NullMarked
package io.vigia.supervisor.guest;

import org.jspecify.annotations.NullMarked;
