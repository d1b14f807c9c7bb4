/** Changes in the kernel: ordered per group, validated before, read back after, leased. */
@NullMarked
package io.vigia.supervisor.action;

import org.jspecify.annotations.NullMarked;
