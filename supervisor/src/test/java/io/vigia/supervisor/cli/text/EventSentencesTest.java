package io.vigia.supervisor.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventTypes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventSentencesTest {
    static Stream<String> everyType() {
        return Stream.concat(
                EventTypes.JOURNALLED.stream(),
                Stream.of(EventTypes.STREAM_OPENED, EventTypes.STREAM_GAP, EventTypes.STREAM_LAGGING));
    }

    @ParameterizedTest
    @MethodSource("everyType")
    void knowsASentenceForEveryType(String type) {
        assertThat(EventSentences.of(event(type, new JsonObject())))
                .isNotEmpty()
                .isNotEqualTo(type)
                .doesNotContain("{", "null");
    }

    @Test
    void neverTellsAnUnknownExitAsZero() {
        assertThat(EventSentences.of(event(EventTypes.CONTAINER_EXITED, new JsonObject().put("container", "web"))))
                .isEqualTo("container web ended in an unknown way");
    }

    @Test
    void saysWhatALimitWasAndIs() {
        JsonObject data = new JsonObject()
                .put("file", "cpu.max")
                .put("before", "max 100000")
                .put("after", "25000 100000")
                .put("by", "policy protect-web");
        assertThat(EventSentences.of(event(EventTypes.LIMITS_CHANGED, data)))
                .isEqualTo("cpu.max max 100000 → 25000 100000, by policy protect-web");
    }

    @Test
    void showsControlCharactersEscaped() {
        JsonObject data = new JsonObject().put("container", "a\u001b[31m\nb");
        assertThat(EventSentences.of(event(EventTypes.CONTAINER_READY, data)))
                .isEqualTo("container a\\u001b[31m\\nb is ready");
    }

    private static JsonObject event(String type, JsonObject data) {
        return new JsonObject()
                .put("type", EventTypes.PREFIX + type)
                .put("subject", "vigia/demo")
                .put("data", data);
    }
}
