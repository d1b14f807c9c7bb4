/** The state of groups: what is known of each, who may touch it, and what can be done to it. */
@NullMarked
package io.vigia.supervisor.group;

import org.jspecify.annotations.NullMarked;
