package io.vigia.supervisor.config;

import java.util.List;

/** Manifests that are valid: for the validator and for the JSON Schemas alike. */
final class GoodDocuments {
    static final String POLICY = """
        apiVersion: vigia.io/v1
        kind: Policy
        metadata: {name: protect-web}
        spec:
          target: {path: "/web.slice/*"}
          mode: enforce
          when:
            all:
              - pressure: {resource: memory, kind: full, above: 10%, window: 2s}
              - memory: {above: 80%, of: memory.max}
          for: 5s
          ladder:
            - notify: {webhook: "http://127.0.0.1:9/hook"}
            - reclaim: {amount: 64Mi}
            - raise: {file: memory.high, by: 20%, ceiling: 1Gi}
            - throttle: {victims: {path: "/batch.slice/*"}, cpu.max: 25%}
              wait: 3s
            - freeze: {victims: {labels: {tier: batch}}, for: 10s}
            - kill: {victims: {path: "/batch.slice/**"}, rank: memory-growth, scope: group, grace: 10s}
          relief: {below: 5%, for: 10s}
          cooldown: 15s
          budget: {kills: 3, per: 10m}
        """;

    static final String GROUP = """
        apiVersion: vigia.io/v1
        kind: Group
        metadata: {name: demo, labels: {team: web}}
        spec:
          runtime: none
          limits: {memory.max: 512Mi, cpu.max: 50%, pids.max: 200}
          containers:
            - name: db
              command: [sleep, 1000]
            - name: web
              command: [httpd, -f, -p, "80"]
              namespaces: []
              env: {PORT: 8080, DEBUG: true, VERSION: 1.10}
              workdir: /
              nice: 5
              limits: {memory.high: 256Mi}
              restart: {policy: on-failure, backoff: 100ms..5s, give_up: 5 in 1m}
              stop: {signal: INT, grace: 3s}
              depends_on: [{container: db, condition: started}]
        """;

    /** YAML forbids the tabs that JSON allows. */
    static final String JSON_WITH_TABS = """
        {"apiVersion": "vigia.io/v1",
        \t"kind":\t"Group",
        \t"metadata": {"name": "json"},
        \t"spec": {}}
        """;

    static final List<String> ALL = List.of(
            POLICY,
            GROUP,
            group("{}"),
            group("{containers: []}"),
            group("{limits: {memory.max: max, cpu.max: \"50000 100000\", cpu.weight: 10, io.weight: 500, cpu.idle:"
                    + " 1}}"),
            group("{limits: {cpu.max: 500m, memory.oom.group: 1, cpuset.cpus: \"0-1,3\", pids.max: max}}"),
            group("{limits: {io.max: \"8:16 rbps=1048576 wiops=max\", memory.swap.max: 0}}"),
            group("{containers: [{name: a, command: [a], restart: {policy: never, backoff: 1s}, stop: {signal: 9}}]}"),
            group("{containers: [{name: a, command: [a], stop: {signal: SIGUSR1, grace: 0}, namespaces: null}]}"),
            JSON_WITH_TABS,
            policy("pids: {above: 90%}", "notify: log"),
            policy("memory: {above: 50%, of: host}", "notify: {}"),
            policy("memory_event: {event: oom_kill, count: 3, per: 1m}", "kill: {}"),
            policy("memory_event: {event: high, above: 100, per: 10s}", "kill: {rank: pids, scope: tree, grace: 0}"),
            policy("pressure: {resource: irq, above: 0.5%}", "throttle: {cpu.max: 10%, cpu.weight: 1}"),
            policy("any: [{pids: {above: 1%}}, {all: [{memory: {above: 100%}}]}]", "raise: {file: pids.max, by: 50}"));

    private GoodDocuments() {}

    static String group(String spec) {
        return "{apiVersion: vigia.io/v1, kind: Group, metadata: {name: g}, spec: " + spec + "}";
    }

    static String policy(String when, String rung) {
        return "{apiVersion: vigia.io/v1, kind: Policy, metadata: {name: p}, spec: {target: {path: /a}, when: {" + when
                + "}, ladder: [{" + rung + "}]}}";
    }
}
