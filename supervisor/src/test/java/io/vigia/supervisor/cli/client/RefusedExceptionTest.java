package io.vigia.supervisor.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class RefusedExceptionTest {
    @Test
    void namesAFieldOfTheBodyAsItIsTyped() {
        JsonObject problem = new JsonObject()
                .put("type", "https://vigia.io/problems/invalid")
                .put("status", 400)
                .put("field", "/signal")
                .put("detail", "'NOPE' is none");
        assertThat(RefusedException.of(400, problem)).hasMessage("signal: 'NOPE' is none");
    }
}
