/** The verbs of the command line. */
@NullMarked
package io.vigia.supervisor.cli;

import org.jspecify.annotations.NullMarked;
