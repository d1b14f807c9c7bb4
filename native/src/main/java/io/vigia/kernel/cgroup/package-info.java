/** Cgroup trees, unified and hybrid, behind one face in v2 terms. */
@NullMarked
package io.vigia.kernel.cgroup;

import org.jspecify.annotations.NullMarked;
