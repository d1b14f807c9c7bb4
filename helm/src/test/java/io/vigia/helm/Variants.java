package io.vigia.helm;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values that users write, each a whole file; every one must render well. */
final class Variants {
    static final String POLICIES = """
        policies:
          spare-web:
            target: {path: "/kubepods*/**"}
            mode: dry-run
            when: {pressure: {resource: memory, kind: full, above: 10%, window: 2s}}
            ladder: [{notify: {}}]
            relief: {below: 5%, for: 10s}
            cooldown: 15s
        """;

    private static final Map<String, String> ONE_BY_ONE = Map.ofEntries(
            Map.entry("nothing", ""),
            Map.entry("policies", POLICIES),
            Map.entry("policies of others", "existingPoliciesConfigMap: my-policies\n"),
            Map.entry("own tokens", "tokens: {create: false, existingSecret: mine}\n"),
            Map.entry("names", "nameOverride: watcher\nfullnameOverride: watcher-one\ncommonLabels: {team: core}\n"),
            Map.entry("image", """
                image: {repository: r.example/vigia, tag: "1.2", pullPolicy: Always}
                imagePullSecrets: [{name: pull}]
                """),
            Map.entry(
                    "digest",
                    "image: {digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}\n"),
            Map.entry("an account of others", "serviceAccount: {create: false, name: other}\n"),
            Map.entry("service monitor", """
                metrics:
                  serviceMonitor:
                    enabled: true
                    labels: {release: prometheus}
                    metricRelabelings: [{sourceLabels: [__name__], regex: "jvm_.*", action: drop}]
                """),
            Map.entry(
                    "pod monitor",
                    "metrics: {podMonitor: {enabled: true, interval: 30s}}\nservice: {enabled: false}\n"),
            Map.entry("cadvisor", """
                metrics:
                  serviceMonitor: {enabled: true, metricRelabelings: [{regex: name, action: labeldrop}]}
                  cadvisor: {enabled: true, job: cadvisor}
                """),
            Map.entry(
                    "rules and dashboards",
                    "metrics: {prometheusRule: {enabled: true}, dashboards: {enabled: true}}\n"),
            Map.entry("rules of one's own", """
                metrics:
                  prometheusRule:
                    enabled: true
                    alertLabels: {team: core}
                    runbookUrl: https://wiki.example/vigia/
                    without: [VigiaAbsent, VigiaScrapeSlow]
                """),
            Map.entry("extras", """
                extraEnv: [{name: VIGIA_DEBUG, value: "1"}]
                extraVolumes: [{name: more, emptyDir: {}}]
                extraVolumeMounts: [{name: more, mountPath: /more}]
                podAnnotations: {a: b}
                podLabels: {c: d}
                podSecurityContext: {appArmorProfile: {type: Unconfined}}
                securityContext: {seLinuxOptions: {type: spc_t}}
                javaOptions: -Xmx128m
                preStopSleepSeconds: 3
                """));

    private static final Map<String, String> OF_AGENTS = Map.of(
            "enforcing", "enforcement: {enabled: true, groups: [\"/kubepods*/**\"]}\n",
            "its own network", """
                    agent: {hostNetwork: false}
                    networkPolicy:
                      enabled: true
                      from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
                      egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}]
                    """,
            "read-only",
                    "agent: {readOnlyCgroups: true, podLogsHostPath: \"\", containerLogsHostPath: \"\","
                            + " priorityClassName: \"\", tolerations: []}\n");

    private static final Map<String, String> OF_SIDECARS = Map.of(
            "enforcing", "enforcement: {enabled: true}\n",
            "network policy", "networkPolicy: {enabled: true}\n",
            "an app", """
            sidecar:
              example:
                replicas: 2
                image: busybox
                command: [sleep, infinity]
                tolerations: [{operator: Exists}]
                affinity: {nodeAffinity: {}}
            """);

    private Variants() {}

    static Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        for (String mode : List.of("agent", "sidecar")) {
            Map<String, String> own = mode.equals("agent") ? OF_AGENTS : OF_SIDECARS;
            for (Map<String, String> some : List.of(ONE_BY_ONE, own)) {
                some.forEach((name, values) -> all.put(mode + ", " + name, "mode: " + mode + "\n" + values));
            }
        }
        return all;
    }
}
