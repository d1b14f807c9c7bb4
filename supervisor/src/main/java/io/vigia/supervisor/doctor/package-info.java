/** What this host allows: the checks of {@code vigia doctor}. */
@NullMarked
package io.vigia.supervisor.doctor;

import org.jspecify.annotations.NullMarked;
