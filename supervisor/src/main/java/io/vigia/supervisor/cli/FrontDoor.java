package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;

/** Starts a vigia in this process, for {@code serve}, {@code up} and {@code run}. */
@FunctionalInterface
public interface FrontDoor {
    /**
     * Blocks until it answers requests.
     *
     * @throws io.vigia.supervisor.model.Problem if it cannot start, with everything closed again
     */
    RunningVigia start(Config config);
}
