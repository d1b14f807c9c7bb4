package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.api.json.LimitsJson;
import io.vigia.supervisor.api.json.StrictJson;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Limits of a group: read and changed, with entity tags. */
final class LimitRoutes {
    private static final String LIMITS = "/api/v1/groups/{id}/limits";
    private static final String WEAK = "W/";

    private final Control control;
    private final Fields fields;

    LimitRoutes(Control control, Grammar grammar) {
        this.control = control;
        this.fields = new Fields(grammar);
    }

    List<Route> routes() {
        return List.of(
                Route.get(LIMITS, this::show),
                Route.change(HttpMethod.PATCH, LIMITS, Role.OPERATOR, this::change)
                        .taking("ttl", "force")
                        .reading(MediaTypes.BODY_PATCH));
    }

    private Future<Answer> show(Exchange exchange) {
        return control.limits(exchange.group()).map(limits -> {
            String tag = quoted(limits);
            return isKnown(exchange, tag) ? Answer.empty(304).with("ETag", tag) : answer(limits);
        });
    }

    private Future<Answer> change(Exchange exchange) {
        String id = exchange.group();
        Query query = exchange.query();
        String ttl = query.text("ttl");
        Duration duration = ttl == null ? null : fields.duration("ttl", ttl);
        if (duration != null && (duration.isZero() || duration.isNegative())) {
            throw Problem.of(Problem.Kind.INVALID, "ttl must be above 0").atField("ttl");
        }
        Set<String> tags = required(exchange);
        return exchange.text()
                .map(text -> new LimitChange(
                        fields.limits(StrictJson.object(text)),
                        tags,
                        duration,
                        query.isOn("force"),
                        exchange.isDryRun()))
                .compose(change -> control.changeLimits(id, change))
                .map(LimitRoutes::answer);
    }

    private static Answer answer(LimitsView limits) {
        return Answer.ok(LimitsJson.of(limits)).with("ETag", quoted(limits));
    }

    private static String quoted(LimitsView limits) {
        return "\"" + limits.etag() + "\"";
    }

    /** {@code null} where any state will do: no header, or {@code *} (a group that is not there is a 404 anyway). */
    private static @Nullable Set<String> required(Exchange exchange) {
        List<String> tags = tags(exchange, "If-Match");
        if (tags.contains("*") || !exchange.request().headers().contains("If-Match")) {
            return null;
        }
        Set<String> strong = tags.stream()
                .filter(tag -> !tag.startsWith(WEAK))
                .map(LimitRoutes::unquoted)
                .collect(Collectors.toSet());
        if (strong.isEmpty() && !tags.isEmpty()) {
            throw Problem.of(Problem.Kind.PRECONDITION_FAILED, "a weak entity tag never matches in If-Match");
        }
        return strong;
    }

    /** As RFC 9110 compares here: weak ones, which a proxy may have made of ours, match too. */
    private static boolean isKnown(Exchange exchange, String etag) {
        List<String> tags = tags(exchange, "If-None-Match");
        return tags.contains("*")
                || tags.stream()
                        .map(tag -> tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag)
                        .anyMatch(etag::equals);
    }

    /** What several headers, or one with commas, list. A tag with a comma in it is none of ours, nor is a part of it. */
    private static List<String> tags(Exchange exchange, String header) {
        return exchange.request().headers().getAll(header).stream()
                .flatMap(one -> Stream.of(one.split(",", -1)))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }

    private static String unquoted(String tag) {
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }
}
