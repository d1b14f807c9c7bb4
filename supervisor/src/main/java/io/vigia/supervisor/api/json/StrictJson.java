package io.vigia.supervisor.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) from someone who may mean ill: UTF-8 alone, every name once, bounded depth, nothing behind the end. A
 * refusal names line, column and field.
 */
public final class StrictJson {
    /** Objects and arrays within each other. */
    public static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(40)
                    .build())
            .build();

    private StrictJson() {}

    /** Bytes to text. */
    public static String text(Buffer body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.of(Problem.Kind.INVALID, "the body is not UTF-8");
        }
    }

    /** An object, as most bodies are. */
    public static JsonObject object(String text) {
        if (value(text) instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            map.forEach((name, value) -> object.put((String) name, wrap(value)));
            return object;
        }
        throw Problem.of(Problem.Kind.INVALID, "the body must be a JSON object");
    }

    private static @Nullable Object wrap(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                JsonObject object = new JsonObject();
                map.forEach((name, one) -> object.put((String) name, wrap(one)));
                yield object;
            }
            case List<?> list -> {
                JsonArray array = new JsonArray();
                list.forEach(one -> array.add(wrap(one)));
                yield array;
            }
            default -> value;
        };
    }

    private static @Nullable Object value(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw Problem.of(Problem.Kind.INVALID, "the body is empty; a JSON object was expected");
            }
            Object value = read(parser);
            if (parser.nextToken() != null) {
                throw at(parser, "something follows the JSON value");
            }
            return value;
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            String position = where == null ? "" : " at " + where.getLineNr() + ":" + where.getColumnNr();
            throw Problem.of(Problem.Kind.INVALID, "not JSON" + position + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Problem.of(Problem.Kind.INVALID, "not JSON: " + e.getMessage());
        }
    }

    private static @Nullable Object read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw at(parser, "a value was expected");
        };
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (object.containsKey(name)) {
                throw at(parser, "'" + name + "' stands twice in the same object");
            }
            parser.nextToken();
            object.put(name, read(parser));
        }
        return object;
    }

    private static List<@Nullable Object> readArray(JsonParser parser) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(parser));
        }
        return array;
    }

    private static Problem at(JsonParser parser, String what) {
        var where = parser.currentTokenLocation();
        Problem problem =
                Problem.of(Problem.Kind.INVALID, what + ", at " + where.getLineNr() + ":" + where.getColumnNr());
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty() ? problem : problem.atField(pointer);
    }
}
