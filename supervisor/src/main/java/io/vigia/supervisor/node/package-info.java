/** Puts everything together, opens and closes it, and answers the API. */
@NullMarked
package io.vigia.supervisor.node;

import org.jspecify.annotations.NullMarked;
