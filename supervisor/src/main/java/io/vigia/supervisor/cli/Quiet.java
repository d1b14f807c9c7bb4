package io.vigia.supervisor.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the supervisor's own log off a terminal that belongs to somebody else's output. */
final class Quiet {
    private Quiet() {}

    /** Errors alone are told, or everything with {@code VIGIA_DEBUG}. */
    static void logs(Shell shell) {
        if (shell.variable("VIGIA_DEBUG") == null) {
            quieten(org.slf4j.Logger.ROOT_LOGGER_NAME);
            quieten("io.vigia");
        }
    }

    private static void quieten(String name) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            logger.setLevel(Level.ERROR);
        }
    }
}
