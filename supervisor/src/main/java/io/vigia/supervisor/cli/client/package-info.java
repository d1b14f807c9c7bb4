/** The command line's way to a running vigia: HTTP/1.1 over a unix socket or TCP, small and quick to start. */
@NullMarked
package io.vigia.supervisor.cli.client;

import org.jspecify.annotations.NullMarked;
