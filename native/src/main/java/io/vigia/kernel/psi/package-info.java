/** Pressure stall triggers as events. */
@NullMarked
package io.vigia.kernel.psi;

import org.jspecify.annotations.NullMarked;
