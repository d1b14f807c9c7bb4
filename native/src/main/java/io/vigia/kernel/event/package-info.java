/** What the kernel said, in the past tense, one sealed type. */
@NullMarked
package io.vigia.kernel.event;

import org.jspecify.annotations.NullMarked;
