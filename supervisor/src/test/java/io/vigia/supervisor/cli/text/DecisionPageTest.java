package io.vigia.supervisor.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class DecisionPageTest {
    private static JsonObject decision(JsonObject outcome) {
        return new JsonObject()
                .put("id", "x-1")
                .put("policy", "protect")
                .put("mode", "enforce")
                .put("group", "web")
                .put("kind", "acted")
                .put("outcome", outcome);
    }

    @Test
    void tellsHowSoonAfterTheKernelsWordItWasDone() {
        JsonObject outcome = new JsonObject()
                .put("status", "done")
                .put("detail", "cpu.max: half")
                .put("reactionUsec", 3149);
        assertThat(DecisionPage.lines(decision(outcome)))
                .contains("Outcome  done, 3.1 ms after the kernel's word: cpu.max: half");
    }

    @Test
    void tellsNoTimeWhereNoWordOfTheKernelLedToIt() {
        JsonObject outcome = new JsonObject().put("status", "done").putNull("reactionUsec");
        assertThat(DecisionPage.lines(decision(outcome))).contains("Outcome  done");
    }
}
