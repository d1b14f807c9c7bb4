package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schemas and the validator say the same about the same documents. */
class SchemasTest {
    private static JsonObject schema(String name) throws IOException {
        try (InputStream in = SchemasTest.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return new JsonObject(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Object json(String text) {
        return Json.decodeValue(TreeJson.write(Documents.read(text.getBytes(StandardCharsets.UTF_8), new Findings("f"))
                .getFirst()));
    }

    private static OutputUnit validate(String schema, Object document) throws IOException {
        return Validator.create(
                        JsonSchema.of(schema(schema)),
                        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://vigia.io"))
                .validate(document);
    }

    private static String kind(String text) {
        return text.contains("kind: Policy") ? "policy" : "group";
    }

    static Stream<String> good() {
        return GoodDocuments.ALL.stream();
    }

    static Stream<String> bad() {
        return BadDocuments.ALL.stream().filter(BadDocuments.Bad::seenBySchema).map(BadDocuments.Bad::text);
    }

    static Stream<String> unseen() {
        return BadDocuments.ALL.stream().filter(bad -> !bad.seenBySchema()).map(BadDocuments.Bad::text);
    }

    static Stream<String> goodConfig() {
        return ConfigDocuments.GOOD.stream();
    }

    static Stream<String> badConfig() {
        return ConfigDocuments.BAD.stream().map(ConfigDocuments.Bad::text);
    }

    @ParameterizedTest
    @MethodSource({"good", "unseen"})
    void takesManifestsThatAreWellFormed(String text) throws IOException {
        OutputUnit result = validate(kind(text), json(text));
        assertThat(result.getValid()).as(String.valueOf(result.getErrors())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesBadManifests(String text) throws IOException {
        assertThat(validate(kind(text), json(text)).getValid()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("goodConfig")
    void takesGoodConfigFiles(String text) throws IOException {
        OutputUnit result = validate("config", json(text));
        assertThat(result.getValid()).as(String.valueOf(result.getErrors())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("badConfig")
    void refusesBadConfigFiles(String text) throws IOException {
        assertThat(validate("config", json(text)).getValid()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"group", "policy", "config"})
    void areOfDraft202012(String name) throws IOException {
        assertThat(schema(name).getString("$schema")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
    }

    @Test
    void knowsEveryKeyOfAConfigFile() throws IOException {
        JsonObject properties = schema("config").getJsonObject("properties");
        for (ConfigKey key : ConfigKey.values()) {
            JsonObject at = properties;
            String[] words = key.path().split("\\.", -1);
            for (String word : words) {
                JsonObject next = at.getJsonObject(word);
                assertThat(next).as(key.path()).isNotNull();
                at = next.getJsonObject("properties", next);
            }
        }
    }
}
