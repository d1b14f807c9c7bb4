/** What the kernel log says of OOM victims and refused forks, as events. */
@NullMarked
package io.vigia.kernel.kmsg;

import org.jspecify.annotations.NullMarked;
