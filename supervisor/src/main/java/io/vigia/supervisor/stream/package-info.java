/** Streams of journalled events to clients, each at its own speed and within bounds. */
@NullMarked
package io.vigia.supervisor.stream;

import org.jspecify.annotations.NullMarked;
