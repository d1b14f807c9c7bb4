package io.vigia.supervisor.journal;

import org.jspecify.annotations.Nullable;

/** The database refuses: what, and what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
