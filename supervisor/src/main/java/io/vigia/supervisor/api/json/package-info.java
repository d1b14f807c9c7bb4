/** Views to JSON, and JSON that is read without trust. */
@NullMarked
package io.vigia.supervisor.api.json;

import org.jspecify.annotations.NullMarked;
