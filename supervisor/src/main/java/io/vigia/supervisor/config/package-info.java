/** Validated records of files, flags and environment. */
@NullMarked
package io.vigia.supervisor.config;

import org.jspecify.annotations.NullMarked;
