/** Facts about the journal, on real databases in temporary directories. */
@NullMarked
package io.vigia.supervisor.journal;

import org.jspecify.annotations.NullMarked;
