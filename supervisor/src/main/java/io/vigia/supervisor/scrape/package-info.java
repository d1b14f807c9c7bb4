/** Answers scrapes: what of groups, containers and pods is shown, read off the loop. */
@NullMarked
package io.vigia.supervisor.scrape;

import org.jspecify.annotations.NullMarked;
