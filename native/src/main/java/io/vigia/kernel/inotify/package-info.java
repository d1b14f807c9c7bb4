/** One inotify descriptor and its watches as events. */
@NullMarked
package io.vigia.kernel.inotify;

import org.jspecify.annotations.NullMarked;
