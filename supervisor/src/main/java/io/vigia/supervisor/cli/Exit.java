package io.vigia.supervisor.cli;

/** What the program ends with. */
final class Exit {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int NO_SERVER = 4;
    static final int REFUSED = 5;

    private Exit() {}
}
