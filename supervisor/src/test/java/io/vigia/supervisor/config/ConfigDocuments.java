package io.vigia.supervisor.config;

import java.util.List;

/** Config files, good and bad, for the loader and for the JSON Schema. */
final class ConfigDocuments {
    static final String FULL = """
        observe: ["/**"]
        enforce: [managed, "/web.slice/*"]
        protect: ["/system.slice/sshd.service"]
        listen: 127.0.0.1:8080
        socket: {path: /run/other/vigia.sock, group: vigia}
        stateDir: /srv/vigia
        parent: /jobs/vigia
        journal: {maxAge: 3d, maxSize: 64Mi}
        processes: {events: ["/batch.slice/**"]}
        metrics: {access: everybody}
        hosts: [vigia.example]
        origins: ["https://ops.example:8443"]
        """;

    static final List<String> GOOD = List.of(
            FULL,
            "{}",
            "{listen: \"[::1]:0\"}",
            "{listen: \"localhost:9797\", observe: [], processes: {events: [managed]}}",
            "{journal: {maxSize: 1073741824}, parent: vigia, tokens: null}");

    static final List<Bad> BAD = List.of(
            new Bad("{lsten: \"127.0.0.1:1\"}", "lsten: unknown field: did you mean 'listen'?"),
            new Bad("{socket: {pth: /a}}", "socket.pth: unknown field: did you mean 'path'?"),
            new Bad("{socket: /a}", "socket: must be a mapping"),
            new Bad("{state_dir: /a}", "did you mean 'stateDir'?"),
            new Bad("{listen: 9797}", "write HOST:PORT"),
            new Bad("{listen: \"127.0.0.1:99999\"}", "not a port"),
            new Bad("{listen: \"[::1:80\"}", "not an address"),
            new Bad("{observe: \"/**\"}", "must be a list"),
            new Bad("{observe: [web]}", "start it with a slash"),
            new Bad("{enforce: [manged]}", "neither the word managed nor a glob"),
            new Bad("{processes: {events: [all]}}", "neither the word managed nor a glob"),
            new Bad("{journal: {maxAge: 7}}", "is not a duration"),
            new Bad("{journal: {maxAge: 0}}", "longer than 0"),
            new Bad("{journal: {maxSize: 1Ki}}", "at least 1Mi"),
            new Bad("{journal: {maxSize: lots}}", "is not a size"),
            new Bad("{metrics: {access: all}}", "neither viewer"),
            new Bad("{metrics: {open: true}}", "metrics.open: unknown field"),
            new Bad("{hosts: [\"http://a\"]}", "without scheme and port"),
            new Bad("{origins: [\"https://a/b\"]}", "is not an origin"),
            new Bad("{origins: [\"*\"]}", "is not an origin"),
            new Bad("{parent: /}", "below the root"),
            new Bad("{parent: /a//b}", "is not a cgroup name"),
            new Bad("{socket: {group: \"a b\"}}", "name of a user group"),
            new Bad("{stateDir: \"\"}", "is empty"));

    private ConfigDocuments() {}

    /** @param said part of the one diagnostic */
    record Bad(String text, String said) {}
}
