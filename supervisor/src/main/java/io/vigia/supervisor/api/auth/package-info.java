/** Who asks, and what that one may do. */
@NullMarked
package io.vigia.supervisor.api.auth;

import org.jspecify.annotations.NullMarked;
