/** Numbered events and desired state on disk. */
@NullMarked
package io.vigia.supervisor.journal;

import org.jspecify.annotations.NullMarked;
