/** HTTP, WebSocket, health and who may do what. */
@NullMarked
package io.vigia.supervisor.api;

import org.jspecify.annotations.NullMarked;
