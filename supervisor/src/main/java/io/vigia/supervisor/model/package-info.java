/** Immutable records that the parts hand to each other: views, results, problems. */
@NullMarked
package io.vigia.supervisor.model;

import org.jspecify.annotations.NullMarked;
