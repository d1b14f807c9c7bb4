/** Network interfaces from rtnetlink as events. */
@NullMarked
package io.vigia.kernel.link;

import org.jspecify.annotations.NullMarked;
