package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code /openapi.yaml} and {@code /asyncapi.yaml} promise, held against what is really sent. */
public final class Contract {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private final JsonObject openApi = document("openapi.yaml");
    private final JsonObject asyncApi = document("asyncapi.yaml");
    private final Set<String> exercised = new TreeSet<>();

    private static JsonObject document(String name) {
        try (InputStream in =
                Objects.requireNonNull(Contract.class.getClassLoader().getResourceAsStream(name))) {
            return parsed(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static JsonObject parsed(String yaml) {
        return new JsonObject(Json.encode(new Load(LoadSettings.builder().build()).loadFromString(yaml)));
    }

    /** Every method of every path, as {@code GET /version}. */
    Set<String> operations() {
        return operations(openApi);
    }

    static Set<String> operations(JsonObject openApi) {
        Set<String> all = new TreeSet<>();
        JsonObject paths = openApi.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                if (METHODS.contains(method)) {
                    all.add(method.toUpperCase(Locale.ROOT) + " " + path);
                }
            }
        }
        return all;
    }

    /** Operations of which an answer was checked, with its status. */
    Set<String> exercised() {
        return exercised;
    }

    /** Statuses that the document names for an operation, beside {@code default}. */
    Set<String> statuses(String operation) {
        Set<String> all = new TreeSet<>(responses(operation).fieldNames());
        all.remove("default");
        return all;
    }

    private JsonObject responses(String operation) {
        return described(openApi, operation).getJsonObject("responses");
    }

    private static JsonObject described(JsonObject openApi, String operation) {
        int space = operation.indexOf(' ');
        return openApi.getJsonObject("paths")
                .getJsonObject(operation.substring(space + 1))
                .getJsonObject(operation.substring(0, space).toLowerCase(Locale.ROOT));
    }

    /** What an operation takes in its address. */
    static List<JsonObject> parameters(JsonObject openApi, String operation) {
        return described(openApi, operation).getJsonArray("parameters", new JsonArray()).stream()
                .map(one -> referred(openApi, (JsonObject) one))
                .toList();
    }

    /** The object itself, or what it refers to in the same document. */
    private static JsonObject referred(JsonObject document, JsonObject one) {
        String reference = one.getString("$ref");
        return reference == null
                ? one
                : (JsonObject) Objects.requireNonNull(
                        JsonPointer.from(reference.substring(1)).queryJson(document), reference);
    }

    /** @param target as sent, query and all */
    String operation(String method, String target) {
        String[] given = target.split("\\?", 2)[0].split("/", -1);
        return operations().stream()
                .filter(one -> one.startsWith(method + " ") && matches(one.substring(method.length() + 1), given))
                .min((a, b) -> Integer.compare(names(a), names(b)))
                .orElseThrow(() -> new AssertionError("no such operation: " + method + " " + target));
    }

    private static int names(String operation) {
        return operation.split("\\{", -1).length;
    }

    private static boolean matches(String template, String[] given) {
        String[] wanted = template.split("/", -1);
        return wanted.length == given.length
                && java.util.stream.IntStream.range(0, wanted.length)
                        .allMatch(i -> wanted[i].startsWith("{") || wanted[i].equals(given[i]));
    }

    /** The answer is one that the document describes, body and all. */
    public void check(String method, String target, int status, String contentType, String body) {
        String operation = operation(method, target);
        JsonObject responses = responses(operation);
        JsonObject told = responses.getJsonObject(
                String.valueOf(status), status >= 400 ? responses.getJsonObject("default") : null);
        if (told == null) {
            throw new AssertionError(operation + " does not tell of " + status);
        }
        JsonObject response = referred(openApi, told);
        exercised.add(operation + " " + status);
        JsonObject content = response.getJsonObject("content", new JsonObject());
        if (body.isEmpty() && content.isEmpty()) {
            return;
        }
        String type = contentType.split(";", -1)[0];
        assertThat(content.fieldNames()).as(operation + " " + status).contains(type);
        boolean json = type.endsWith("json");
        conforms(
                openApi,
                content.getJsonObject(type).getJsonObject("schema"),
                json ? Json.decodeValue(body) : body,
                operation + " " + status + ": " + body);
    }

    /** What is sent is what the document asks for. */
    void checkRequest(String method, String target, String mediaType, String body) {
        String operation = operation(method, target);
        JsonObject described = described(openApi, operation).getJsonObject("requestBody");
        assertThat(described).as(operation + " takes a body").isNotNull();
        JsonObject content = described.getJsonObject("content");
        assertThat(content.fieldNames()).as(operation).contains(mediaType);
        Object sent = mediaType.endsWith("yaml") ? parsed(body) : Json.decodeValue(body);
        conforms(openApi, content.getJsonObject(mediaType).getJsonObject("schema"), sent, operation + " takes " + body);
    }

    /** A frame, or an event of a range, is one that the document describes. */
    public void checkEvent(JsonObject event) {
        String type = event.getString("type").substring("io.vigia.".length());
        JsonObject message =
                asyncApi.getJsonObject("components").getJsonObject("messages").getJsonObject(type);
        assertThat(message).as(type).isNotNull();
        conforms(asyncApi, message.getJsonObject("payload"), event, event.encode());
    }

    private static void conforms(JsonObject document, JsonObject schema, Object value, String what) {
        JsonObject whole = new JsonObject(new JsonObject()
                .put("allOf", new JsonArray(List.of(schema)))
                .put("$defs", document.getJsonObject("components").getJsonObject("schemas"))
                .encode()
                .replace("#/components/schemas/", "#/$defs/"));
        OutputUnit result = Validator.create(
                        JsonSchema.of(whole),
                        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://vigia.io"))
                .validate(value);
        assertThat(result.getValid())
                .as(what + "\n"
                        + (result.getErrors() == null
                                ? ""
                                : Arrays.toString(result.getErrors().toArray())))
                .isTrue();
    }
}
