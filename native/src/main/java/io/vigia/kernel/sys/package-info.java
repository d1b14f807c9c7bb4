/** System calls through JNA: the only package that imports it. */
@NullMarked
package io.vigia.kernel.sys;

import org.jspecify.annotations.NullMarked;
