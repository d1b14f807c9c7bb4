package io.vigia.supervisor.cli.client;

/** Nobody answers where a vigia was looked for. */
public final class NoServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoServerException(String endpoint, String why) {
        super("no vigia answers at " + endpoint + " (" + why
                + "); start one with 'vigia serve', or name its place with --socket or --server");
    }
}
