package io.vigia.supervisor.config;

import static io.vigia.supervisor.config.GoodDocuments.group;
import static io.vigia.supervisor.config.GoodDocuments.policy;

import java.util.List;

/** Manifests with one mistake each: for the validator and, where a schema can see it, for the JSON Schemas. */
final class BadDocuments {
    static final List<Bad> ALL = List.of(
            bad("{}", "apiVersion: is missing"),
            bad("{apiVersion: v1, kind: Group, metadata: {name: a}, spec: {}}", "write vigia.io/v1"),
            bad("{apiVersion: vigia.io/v1, kind: Grop, metadata: {name: a}, spec: {}}", "did you mean 'Group'?"),
            bad("{apiVersion: vigia.io/v1, kind: Group, spec: {}}", "metadata: is missing"),
            bad("{apiVersion: vigia.io/v1, kind: Group, metadata: {name: a}}", "spec: is missing"),
            bad("{apiVersion: vigia.io/v1, kind: Group, metadata: {name: .a}, spec: {}}", "is not a name"),
            bad("{apiVersion: vigia.io/v1, kind: Group, metadata: {name: a/b}, spec: {}}", "is not a name"),
            bad("{apiVersion: vigia.io/v1, kind: Group, metadata: {name: supervisor}, spec: {}}", "vigia itself"),
            bad(
                    "{apiVersion: vigia.io/v1, kind: Group, metadata: {name: " + "a".repeat(64) + "}, spec: {}}",
                    "shorten it"),
            bad(
                    "{apiVersion: vigia.io/v1, kind: Group, metadata: {name: a, label: {}}, spec: {}}",
                    "did you mean 'labels'?"),
            bad(group("{limit: {}}"), "did you mean 'limits'?"),
            bad(group("{limits: {memory.maxx: 1}}"), "did you mean 'memory.max'?"),
            bad(group("{limits: {memory.max: lots}}"), "is not a size"),
            bad(group("{limits: {memory.max: 1.5}}"), "spec.limits[memory.max]: '1.5' has a fraction of a byte"),
            bad(group("{limits: {memory.max: \"1.5B\"}}"), "has a fraction of a byte: write"),
            unseen(group("{limits: {memory.max: 0.0001Ki}}"), "has a fraction of a byte: write"),
            bad(group("{limits: {memory.max: null}}"), "has no value"),
            bad(group("{limits: {memory.max: [1]}}"), "must be text, but is a list"),
            bad(group("{limits: {cpu.max: 50}}"), "quota must be at least 1000 us"),
            bad(group("{limits: {cpu.max: \"50000 100000 7\"}}"), "is no share of CPU time"),
            bad(group("{limits: {cpu.weight: 0}}"), "a weight from 1 to 10000"),
            bad(group("{limits: {pids.max: -1}}"), "a number of tasks"),
            bad(group("{containers: [{name: a}]}"), "command: is missing"),
            bad(group("{containers: [{command: [a]}]}"), "name: is missing"),
            bad(group("{containers: [{name: memory.max, command: [a]}]}"), "the kernel makes"),
            bad(group("{containers: [{name: cgroup.procs, command: [a]}]}"), "the kernel makes"),
            bad(group("{containers: [{name: a, command: []}]}"), "at least a program"),
            bad(group("{containers: [{name: a, command: sleep}]}"), "must be a list"),
            bad(group("{containers: [{name: a, command: [a], nice: 20}]}"), "from -20 to 19"),
            bad(group("{containers: [{name: a, command: [a], workdir: tmp}]}"), "not absolute"),
            bad(group("{containers: [{name: a, command: [a], env: {\"A=B\": c}}]}"), "not a variable's name"),
            bad(
                    group("{containers: [{name: a, command: [a], restart: {policy: sometimes}}]}"),
                    "always, on-failure, never"),
            unseen(group("{containers: [{name: a, command: [a], restart: {backoff: 5s..1s}}]}"), "is not a back-off"),
            bad(group("{containers: [{name: a, command: [a], restart: {give_up: 5}}]}"), "5 in 1m"),
            bad(
                    group("{containers: [{name: a, command: [a], restart: {giveup: 5 in 1m}}]}"),
                    "did you mean 'give_up'?"),
            bad(group("{containers: [{name: a, command: [a], stop: {signal: TERMINATE}}]}"), "is not a signal"),
            bad(group("{containers: [{name: a, command: [a], stop: {grace: 10}}]}"), "is not a duration"),
            unseen(group("{containers: [{name: a, command: [a]}, {name: a, command: [a]}]}"), "a second container"),
            unseen(
                    group("{containers: [{name: a, command: [a], depends_on: [{container: bb}]}, {name: b, command:"
                            + " [b]}]}"),
                    "did you mean 'b'?"),
            unseen(
                    group("{containers: [{name: a, command: [a], depends_on: [{container: b}]},"
                            + " {name: b, command: [b], depends_on: [{container: a}]}]}"),
                    "a → b → a"),
            bad(
                    group("{containers: [{name: a, command: [a], depends_on: [{container: b, condition: up}]}]}"),
                    "started"),
            bad(group("{runtime: runc}"), "spec.runtime: not supported yet: field runtime"),
            bad(group("{networks: [{name: lan}]}"), "not supported yet: field networks"),
            bad(group("{networks: [{address: 10.0.0.1}]}"), "networks[0].name: is missing"),
            bad(group("{ports: [\"127.0.0.1:8080:80\"]}"), "not supported yet: field ports"),
            bad(group("{volumes: [a]}"), "not supported yet: field volumes"),
            bad(group("{containers: [{name: a, command: [a], image: a.tar}]}"), "not supported yet: field image"),
            bad(group("{containers: [{name: a, command: [a], rootfs: /a}]}"), "not supported yet: field rootfs"),
            bad(group("{containers: [{name: a, command: [a], bundle: /a}]}"), "not supported yet: field bundle"),
            bad(
                    group("{containers: [{name: a, command: [a], namespaces: [pid]}]}"),
                    "not supported yet: field namespaces"),
            bad(group("{containers: [{name: a, command: [a], namespaces: [pidd]}]}"), "did you mean 'pid'?"),
            bad(
                    group("{containers: [{name: a, command: [a], user: {map: \"0:1:2\"}}]}"),
                    "not supported yet: field map"),
            bad(group("{containers: [{name: a, command: [a], user: {gid: 1}}]}"), "uid: is missing"),
            bad(group("{containers: [{name: a, command: [a], ionice: idle:3}]}"), "not an io priority"),
            unseen(group("{containers: [{name: a, command: [a], rlimits: {nofile: 4:3}}]}"), "soft limit above"),
            bad(group("{containers: [{name: a, command: [a], rlimits: {nofiles: 1}}]}"), "unknown field"),
            bad(
                    group("{containers: [{name: a, command: [a], sockets: [{name: h, listen: \":80\"}]}]}"),
                    "not supported yet: field sockets"),
            bad(
                    group("{containers: [{name: a, command: [a], probes: {watchdog: 30s}}]}"),
                    "not supported yet: field probes"),
            bad(policy("", "notify: log"), "is empty"),
            bad(policy("pids: {above: 1%}, memory: {above: 1%}", "notify: log"), "side by side"),
            bad(policy("pids: {above: 101%}", "notify: log"), "at most 100%"),
            bad(policy("pids: {above: 0%}", "notify: log"), "above 0%"),
            bad(policy("pids: {}", "notify: log"), "above: is missing"),
            bad(policy("memory: {above: 1%, of: memory.low}", "notify: log"), "memory.max, memory.high, host"),
            bad(policy("memory_event: {event: low}", "notify: log"), "high, max, oom, oom_kill"),
            bad(policy("memory_event: {event: oom, count: 1, above: 1}", "notify: log"), "keep one"),
            bad(policy("pressure: {resource: cpu, above: 1%, window: 11s}", "notify: log"), "500ms to 10s"),
            bad(policy("pressure: {resource: disk, above: 1%}", "notify: log"), "cpu, memory, io, irq"),
            bad(policy("pressure: {resource: irq, kind: some, above: 1%}", "notify: log"), "irq has no 'some'"),
            bad(policy("all: []", "notify: log"), "at least one condition"),
            bad(policy("pids: {above: 1%}", "wait: 5s"), "must have one action"),
            bad(policy("pids: {above: 1%}", "kill: {}, freeze: {}"), "one rung, one action"),
            bad(policy("pids: {above: 1%}", "reclaim: {}"), "amount: is missing"),
            bad(policy("pids: {above: 1%}", "reclaim: {amount: 0}"), "more than 0"),
            bad(
                    policy("pids: {above: 1%}", "raise: {file: memory.high, by: \"1.5\", ceiling: 1Gi}"),
                    "by: '1.5' has a fraction of a byte"),
            bad(policy("pids: {above: 1%}", "raise: {file: cpu.max, by: 10%}"), "cannot be raised"),
            bad(policy("pids: {above: 1%}", "throttle: {}"), "has no limit to set"),
            bad(policy("pids: {above: 1%}", "throttle: {cpu.mx: 1%}"), "did you mean 'cpu.max'?"),
            bad(policy("pids: {above: 1%}", "freeze: {for: 0}"), "longer than 0"),
            bad(policy("pids: {above: 1%}", "kill: {rank: size}"), "memory-growth"),
            bad(policy("pids: {above: 1%}", "kill: {victims: {}}"), "chooses nothing"),
            bad(policy("pids: {above: 1%}", "kill: {victims: {path: web}}"), "start it with a slash"),
            bad(policy("pids: {above: 1%}", "notify: {webhook: \"ftp://a/b\"}"), "http:// or https://"),
            unseen(policy("pids: {above: 1%}", "notify: {webhook: \"http://u:p@a/b\"}"), "user or password"));

    private BadDocuments() {}

    private static Bad bad(String text, String said) {
        return new Bad(text, said, true);
    }

    /** Bad in a way that JSON Schema has no words for. */
    private static Bad unseen(String text, String said) {
        return new Bad(text, said, false);
    }

    /** @param said part of the one diagnostic */
    record Bad(String text, String said, boolean seenBySchema) {}
}
