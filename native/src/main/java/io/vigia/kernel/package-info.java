/** Everything that talks to Linux, and nothing that decides. */
@NullMarked
package io.vigia.kernel;

import org.jspecify.annotations.NullMarked;
