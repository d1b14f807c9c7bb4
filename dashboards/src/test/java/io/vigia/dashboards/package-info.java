/** Holds the dashboards and rules to what people and programs expect of them. */
@NullMarked
package io.vigia.dashboards;

import org.jspecify.annotations.NullMarked;
