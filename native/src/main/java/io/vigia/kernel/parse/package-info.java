/** Text or bytes of the kernel to records; pure, no I/O. */
@NullMarked
package io.vigia.kernel.parse;

import org.jspecify.annotations.NullMarked;
