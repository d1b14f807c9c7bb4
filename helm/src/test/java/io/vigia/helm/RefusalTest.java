package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    /** Values, then what Helm's answer must say. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        mode: deamon                                                  | mode                | 'agent', 'sidecar'
        tolerations: []                                               | 'tolerations'       | not allowed
        agent: {hostPid: true}                                        | 'hostPid'           | not allowed
        config: {enforce: ["/**"]}                                    | 'enforce'           | not allowed
        config: {observe: [kubepods]}                                 | observe             | pattern
        config: {observe: []}                                         | observe             | minItems
        config: {journal: {maxAge: seven}}                            | maxAge              | pattern
        port: 99999                                                   | port                | maximum
        port: web                                                     | port                | integer
        image: {tag: "a b"}                                           | tag                 | pattern
        image: {pullPolicy: always}                                   | pullPolicy          | IfNotPresent
        sidecar: {runAsUser: 0}                                       | runAsUser           | minimum
        policies: {Web: {target: {}, when: {}, ladder: [{}]}}         | Web                 | pattern
        policies: {web: {target: {}, when: {}}}                       | web                 | 'ladder'
        policies: {web: {target: {}, when: {}, ladder: [{}], fro: 5s}} | 'fro'              | not allowed
        metrics: {serviceMonitor: {interval: 15}}                     | interval            | string
        metrics: {prometheusRule: {without: [Absent]}}                | without             | pattern
        metrics: {cadvisor: {job: vigia}}                             | job                 | not
        extraEnv: [{value: a}]                                        | extraEnv            | 'name'
        """)
    void refusesBySchema(String values, String where, String why) throws IOException {
        assertThat(Chart.refusal(values)).contains(where).contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        tokens: {create: false}                                                   | set tokens.existingSecret to a Secret with the keys tokens and viewer
        networkPolicy: {enabled: true}                                            | set agent.hostNetwork to false
        enforcement: {enabled: true}                                              | name the groups it may touch
        {enforcement: {enabled: true, groups: ["/a"]}, agent: {readOnlyCgroups: true}} | set one of the two to false
        {mode: sidecar, enforcement: {groups: ["/a"]}}                            | Leave it empty
        {service: {enabled: false}, metrics: {serviceMonitor: {enabled: true}}}   | or use metrics.podMonitor
        {metrics: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}} | would count them twice
        metrics: {cadvisor: {enabled: true}}                                      | enable metrics.serviceMonitor or metrics.podMonitor as well
        {existingPoliciesConfigMap: a, policies: {a: {target: {}, when: {}, ladder: [{}]}}} | leave one of them empty
        """)
    void refusesWhatDoesNotGoTogether(String values, String wayOut) throws IOException {
        assertThat(Chart.refusal(values)).contains(wayOut);
    }
}
