/** Pure records for what the kernel's files and messages mean; no I/O, no threads. */
@NullMarked
package io.vigia.kernel.model;

import org.jspecify.annotations.NullMarked;
