/** The state of groups, and the wiring of sources, policy and actions. */
@NullMarked
package io.vigia.supervisor.group;

import org.jspecify.annotations.NullMarked;
