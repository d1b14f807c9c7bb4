package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenApiTest extends OneFace {
    @Test
    void namesEveryRouteAndNoOther() {
        Set<String> served = new TreeSet<>();
        for (Route route : serving.face.table().routes()) {
            served.add(route.method().name() + " " + route.template());
        }
        assertThat(Contract.operations(document())).isEqualTo(served);
    }

    private JsonObject document() {
        Wire.Reply reply = unix.get("/openapi.yaml");
        assertThat(reply.status()).isEqualTo(200);
        return Contract.parsed(reply.body());
    }

    @Test
    void takesNumbersWithinWhatItDocumentsAndNoOthers() {
        JsonObject document = document();
        Set<String> tried = new TreeSet<>();
        for (String operation : Contract.operations(document)) {
            for (JsonObject parameter : Contract.parameters(document, operation)) {
                JsonObject schema = parameter.getJsonObject("schema");
                if (!parameter.getString("in").equals("query") || !schema.containsKey("maximum")) {
                    continue;
                }
                String name = parameter.getString("name");
                tried.add(operation + " " + name);
                String target = operation
                        .substring(operation.indexOf(' ') + 1)
                        .replace("{id}", "vigia%2Fdemo")
                        .replace("{name}", "web")
                        .concat("?" + name + "=");
                long least = schema.getLong("minimum");
                long most = schema.getLong("maximum");
                assertThat(refused(target + most, name)).as(target + most).isFalse();
                assertThat(refused(target + least, name)).as(target + least).isFalse();
                long more = most + 1;
                assertThat(refused(target + more, name)).as(target + more).isTrue();
                long less = least - 1;
                assertThat(refused(target + less, name)).as(target + less).isTrue();
            }
        }
        assertThat(tried)
                .containsExactly(
                        "GET /api/v1/decisions limit",
                        "GET /api/v1/events limit",
                        "GET /api/v1/events/stream limit",
                        "GET /api/v1/groups limit",
                        "GET /api/v1/groups/{id}/containers/{name}/logs tail");
    }

    private boolean refused(String target, String field) {
        Wire.Reply reply = unix.get(target);
        return reply.status() == 400 && field.equals(reply.json().getString("field"));
    }
}
