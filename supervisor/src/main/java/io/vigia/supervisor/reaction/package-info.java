/** Policies at work: what the kernel says reaches them, what they decide is carried out and told. */
@NullMarked
package io.vigia.supervisor.reaction;

import org.jspecify.annotations.NullMarked;
