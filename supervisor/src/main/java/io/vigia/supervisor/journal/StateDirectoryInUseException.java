package io.vigia.supervisor.journal;

import java.nio.file.Path;

/** Another vigia keeps its journal in the same directory. */
public final class StateDirectoryInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateDirectoryInUseException(Path stateDir, String holder) {
        super("another vigia (" + holder + ") uses the state directory " + stateDir
                + ": stop it, or give this one its own with --state-dir");
    }
}
