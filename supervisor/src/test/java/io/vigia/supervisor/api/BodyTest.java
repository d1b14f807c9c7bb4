package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest extends OneFace {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "1",
                "{\"memory.max\":1}x",
                "{\"memory.max\":1,}",
                "{'memory.max':1}",
                "{\"memory.max\":1,\"memory.max\":2}",
                "{\"memory.max\":01}",
                "{\"memory.max\":NaN}",
                "\u0000"
            })
    void refusesMalformedJson(String body) {
        Wire.Reply reply = unix.send("PATCH", DEMO + "/limits", body, PATCH);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.problem()).isEqualTo("invalid");
    }

    @Test
    void namesTheNameThatStandsTwice() {
        JsonObject problem = unix.send("PATCH", DEMO + "/limits", "{\"a\":{\"b\":1,\n\"b\":2}}", PATCH)
                .json();
        assertThat(problem.getString("detail")).contains("'b' stands twice").contains("2:");
        assertThat(problem.getString("field")).isEqualTo("/a/b");
    }

    @Test
    void refusesDeepJson() {
        Wire.Reply reply = unix.send(
                "PATCH", DEMO + "/limits", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", PATCH);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().getString("detail")).contains("32");
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        Wire.Reply reply =
                unix.send("PATCH", DEMO + "/limits", "{\"a\":\"" + "x".repeat(Body.MAX_BYTES) + "\"}", PATCH);
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.problem()).isEqualTo("too-large");
    }

    /** And does not wait for the whole of it, until a body is late. */
    @Test
    void refusesABodyThatIsDeclaredTooLargeBeforeItComes() {
        Wire.Reply reply = unix.raw("PATCH " + DEMO + "/limits HTTP/1.1\r\nHost: localhost\r\n" + PATCH
                + "\r\nContent-Length: 999999999999\r\n\r\n{");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.problem()).isEqualTo("too-large");
    }

    /** Closed before it has sent all, a client would see a broken connection and not why. */
    @Test
    void readsABodyThatItHasRefusedAlready() throws Exception {
        try (OpenWire wire = new OpenWire(serving.face.port())) {
            for (String target : List.of("PATCH " + DEMO + "/limits?bogus=1", "PUT /api/v1/nope")) {
                wire.write(target + " HTTP/1.1\r\nHost: localhost\r\n" + PATCH + "\r\nContent-Length: 19\r\n\r\n");
                // Another answer in between: the refusal has been decided.
                assertThat(serving.tcp().get("/livez").status()).isEqualTo(200);
                wire.write("{\"a\":");
                wire.write("\"0123456789\" }");
                assertThat(wire.until("\r\n\r\n")).startsWith("HTTP/1.1 4");
                wire.until("}");
            }
        }
    }
}
