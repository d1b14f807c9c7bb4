package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.dashboards.Promql.Selector;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard as a whole and its variables: among the rules, those that Grafana's dashboard linter calls {@code template-*}. */
class TemplatesTest {
    static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-zA-Z_]\\w*)");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    @Test
    void keepsTheAddressesThatPeopleLinkTo() {
        assertThat(Dashboard.all().stream().map(Dashboard::uid))
                .containsExactly("vigia-group-detail", "vigia-node-pressure", "vigia-itself");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void isMadeForProvisioning(Dashboard dashboard) {
        JsonObject json = dashboard.json();
        assertThat(json.getInteger("schemaVersion")).isEqualTo(42);
        assertThat(json.getValue("id")).as("the id is the installation's own").isNull();
        assertThat(json.getBoolean("editable"))
                .as("edits of a provisioned dashboard get lost")
                .isFalse();
        assertThat(json.getString("title")).isNotBlank();
        assertThat(json.getString("description")).isNotBlank();
        assertThat(json.getJsonArray("tags").contains("vigia")).isTrue();
        assertThat(json.getString("refresh")).isEqualTo("30s");
        assertThat(json.getJsonObject("time").getString("from")).isEqualTo("now-1h");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void linksToTheOthers(Dashboard dashboard) {
        List<String> others = Dashboard.all().stream()
                .map(Dashboard::uid)
                .filter(uid -> !uid.equals(dashboard.uid()))
                .map(uid -> "/d/" + uid)
                .toList();
        assertThat(Dashboard.objects(dashboard.json().getJsonArray("links")).map(link -> link.getString("url")))
                .containsExactlyInAnyOrderElementsOf(others);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void letsOneChooseDataSourceJobAndInstance(Dashboard dashboard) {
        List<JsonObject> variables = dashboard.variables();
        JsonObject source = variables.getFirst();
        assertThat(source.getString("name")).isEqualTo("datasource");
        assertThat(source.getString("label")).isEqualTo("Data source");
        assertThat(source.getString("type")).isEqualTo("datasource");
        assertThat(source.getString("query")).isEqualTo("prometheus");
        for (String name : List.of("job", "instance")) {
            JsonObject variable = variables.get(name.equals("job") ? 1 : 2);
            assertThat(variable.getString("name")).isEqualTo(name);
            assertThat(variable.getString("label")).isEqualToIgnoringCase(name);
            assertThat(variable.getBoolean("multi")).isTrue();
            assertThat(variable.getBoolean("includeAll")).isTrue();
        }
        assertThat(variables.get(2).getString("allValue"))
                .as("all, also when there are thousands")
                .isEqualTo(".+");
        assertThat(variables.get(1).getString("allValue"))
                .as("all that have vigia_build_info, or a cAdvisor's series of the same names would be added")
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void asksForTheValuesOfVariables(Dashboard dashboard) {
        for (JsonObject variable : dashboard.variables()) {
            if (variable.getString("type").equals("query")) {
                String query = variable.getJsonObject("query").getString("query");
                assertThat(query).isEqualTo(variable.getString("definition"));
                assertThat(query).matches(LABEL_VALUES);
                assertThat(variable.getInteger("refresh"))
                        .as("asked again when the time range changes")
                        .isEqualTo(2);
                assertThat(variable.getJsonObject("datasource").getString("uid"))
                        .isEqualTo("$datasource");
                assertThat(variable.getString("description")).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void usesEachVariableAndNoOther(Dashboard dashboard) {
        Set<String> known = new TreeSet<>();
        dashboard.variables().forEach(variable -> known.add(variable.getString("name")));
        Set<String> used = new TreeSet<>();
        Matcher matcher = VARIABLE.matcher(dashboard.json().encode());
        while (matcher.find()) {
            if (!matcher.group(1).startsWith("__")) {
                used.add(matcher.group(1));
            }
        }
        assertThat(used).isEqualTo(known);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void showsWhatPoliciesAndTheKernelDidAsAnnotations(Dashboard dashboard) {
        assertThat(dashboard.annotations().stream().map(annotation -> annotation.getString("name")))
                .containsExactly("Policy actions", "Relief", "OOM kills", "Restarts");
        for (JsonObject annotation : dashboard.annotations()) {
            assertThat(annotation.getBoolean("enable")).isTrue();
            assertThat(annotation.getString("titleFormat")).isNotBlank();
            assertThat(annotation.getString("textFormat")).isNotBlank();
            assertThat(annotation.getJsonObject("datasource").getString("uid")).isEqualTo("$datasource");
            for (Selector selector : Promql.selectors(annotation.getString("expr"))) {
                assertThat(selector.matchers()).contains("job=~\"$job\"", "instance=~\"$instance\"");
            }
        }
    }
}
