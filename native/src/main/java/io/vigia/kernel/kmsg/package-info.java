/** The kernel log's OOM lines as events. */
@NullMarked
package io.vigia.kernel.kmsg;

import org.jspecify.annotations.NullMarked;
