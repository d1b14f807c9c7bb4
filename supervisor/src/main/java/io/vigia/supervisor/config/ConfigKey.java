package io.vigia.supervisor.config;

import java.util.List;
import java.util.Locale;

/** Every key of a config file, once. */
enum ConfigKey {
    OBSERVE("observe", true),
    ENFORCE("enforce", true),
    PROTECT("protect", true),
    LISTEN("listen", false),
    SOCKET_PATH("socket.path", false),
    SOCKET_GROUP("socket.group", false),
    STATE_DIR("stateDir", false),
    PARENT("parent", false),
    JOURNAL_MAX_AGE("journal.maxAge", false),
    JOURNAL_MAX_SIZE("journal.maxSize", false),
    PROCESSES_EVENTS("processes.events", true),
    TOKENS("tokens", false),
    METRICS_ACCESS("metrics.access", false),
    HOSTS("hosts", true),
    ORIGINS("origins", true);

    static final String PREFIX = "VIGIA_";

    private final String path;
    private final boolean list;

    ConfigKey(String path, boolean list) {
        this.path = path;
        this.list = list;
    }

    /** Dotted, as in diagnostics. */
    String path() {
        return path;
    }

    /** Whether it is a list, which a variable writes with commas. */
    boolean isList() {
        return list;
    }

    /** The environment variables that set it; the first that is not empty counts. */
    List<String> variables() {
        return this == SOCKET_PATH ? List.of(PREFIX + "SOCKET", PREFIX + name()) : List.of(PREFIX + name());
    }

    /** The flag of {@code vigia serve} for the keys that have one. */
    String flag() {
        String name = this == SOCKET_PATH ? "socket" : name();
        return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
