package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real requests and answers of every route, problems included, are as the OpenAPI document describes them. */
class OpenApiAnswersTest {
    private static final String GROUP = "/api/v1/groups/vigia%2Fdemo";
    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON = "application/json";
    private final Contract contract = new Contract();

    private Wire.Reply send(Wire wire, String method, String target, String type, String body, String... headers) {
        String[] all = new String[headers.length + (type.isEmpty() ? 0 : 1)];
        System.arraycopy(headers, 0, all, 0, headers.length);
        if (!type.isEmpty()) {
            all[headers.length] = "Content-Type: " + type;
        }
        Wire.Reply reply = wire.send(method, target, body, all);
        contract.check(method, target, reply.status(), reply.header("content-type"), reply.body());
        if (reply.status() < 300 && !body.isEmpty() && !type.isEmpty()) {
            contract.checkRequest(method, target, type, body);
        }
        return reply;
    }

    private Wire.Reply get(Wire wire, String target, String... headers) {
        return send(wire, "GET", target, "", "", headers);
    }

    private static String manifest(String kind, String name) {
        return TestGrammar.manifest(kind, name).encode();
    }

    private void status(int expected, Wire.Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(expected);
    }

    @Test
    void describesWhatEveryRouteAnswers() {
        try (Serving serving = new Serving()) {
            Wire unix = serving.unix();
            String policy = "/api/v1/policies/protectweb";
            status(201, send(unix, "PUT", policy, "application/yaml", manifest("Policy", "protectweb")));
            for (String operation : contract.operations()) {
                answer(unix, operation);
            }
            refusals(unix, serving.tcp());
            Set<String> tried = contract.exercised().stream()
                    .map(one -> one.substring(0, one.lastIndexOf(' ')))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(tried).isEqualTo(contract.operations());
            for (String operation : contract.operations()) {
                contract.statuses(operation).stream()
                        .filter(status -> status.startsWith("2"))
                        .forEach(status -> assertThat(contract.exercised()).contains(operation + " " + status));
            }
        }
    }

    /** Each with something that succeeds where it can, and with an unknown parameter, which never does. */
    private void answer(Wire unix, String operation) {
        int space = operation.indexOf(' ');
        String method = operation.substring(0, space);
        String template = operation.substring(space + 1);
        String path = template.replace("/groups/{id}", "/groups/vigia%2Fdemo")
                .replace("/containers/{name}", "/containers/web")
                .replace("/policies/{name}", "/policies/protectweb")
                .replace("/decisions/{id}", "/decisions/d-1")
                .replace("{name}", "x");
        if (!template.contains("/images")
                && !template.endsWith("/networks")
                && !template.endsWith("/exec")
                && !template.endsWith("/simulate")) {
            status(400, send(unix, method, path + "?nonsense=1", "", ""));
        }
        switch (operation) {
            case "DELETE /api/v1/groups/{id}", "DELETE /api/v1/policies/{name}" -> {
                // Last, or nothing would be left to ask for: below.
            }
            case "PUT /api/v1/groups/{id}" -> {
                status(200, send(unix, method, path, "application/yaml", manifest("Group", "demo")));
                status(201, send(unix, method, "/api/v1/groups/fresh", JSON, manifest("Group", "fresh")));
            }
            case "PUT /api/v1/policies/{name}" -> {
                send(unix, method, path, "application/yaml", manifest("Policy", "protectweb"));
                send(unix, method, "/api/v1/policies/fresh", "application/yaml", manifest("Policy", "fresh"));
                send(unix, method, "/api/v1/policies/fresh", "application/yaml", manifest("Policy", "fresh"));
            }
            case "PATCH /api/v1/groups/{id}/limits" -> send(unix, method, path, MERGE, "{\"memory.max\":\"512Mi\"}");
            case "POST /api/v1/groups/{id}/kill", "POST /api/v1/groups/{id}/containers/{name}/kill" ->
                send(unix, method, path, JSON, "{\"signal\":\"TERM\",\"grace\":\"10s\"}");
            case "POST /api/v1/groups/{id}/reclaim" -> send(unix, method, path, JSON, "{\"bytes\":\"64Mi\"}");
            case "GET /api/v1/events/stream" -> status(400, get(unix, path));
            default -> send(unix, method, path, "", "");
        }
        if (template.contains("{id}") && template.startsWith("/api/v1/groups") && !template.endsWith("/exec")) {
            String body = template.endsWith("/reclaim") ? "{\"bytes\":1}" : method.equals("PATCH") ? "{}" : "";
            if (!method.equals("PUT")) {
                status(404, send(unix, method, path.replace("vigia%2Fdemo", "nope"), "", body));
            }
            status(400, send(unix, method, path.replace("vigia%2Fdemo", "a%2F..%2Fb"), "", body));
        }
    }

    private void refusals(Wire unix, Wire tcp) {
        String limits = GROUP + "/limits";
        status(304, unix.get(limits, "If-None-Match: *"));
        status(412, send(unix, "PATCH", limits, MERGE, "{\"pids.max\":5}", "If-Match: \"no\""));
        status(415, send(unix, "PATCH", limits, "text/plain", "{\"pids.max\":5}"));
        status(413, send(unix, "PATCH", limits, MERGE, " ".repeat(Body.MAX_BYTES + 1)));
        status(400, send(unix, "PATCH", limits, MERGE, "{\"pids.max\":5,\"pids.max\":6}"));
        status(406, get(unix, limits, "Accept: text/csv"));
        status(401, send(tcp, "PATCH", limits, MERGE, "{}"));
        status(401, send(tcp, "DELETE", GROUP, "", ""));
        status(403, send(tcp, "DELETE", GROUP, "", "", "Authorization: Bearer " + Serving.VIEWER));
        status(403, get(tcp, GROUP, "Origin: http://evil.example"));
        status(421, get(tcp, "/livez", "Host: evil.example"));
        status(410, get(unix, "/api/v1/events?since=999999"));
        status(404, get(unix, "/api/v1/policies/nope"));
        status(404, get(unix, "/api/v1/decisions/nope"));
        status(202, send(unix, "DELETE", GROUP, "", ""));
        status(204, send(unix, "DELETE", "/api/v1/policies/protectweb", "", ""));
    }
}
