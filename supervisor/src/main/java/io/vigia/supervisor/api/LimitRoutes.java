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
import org.jspecify.annotations.Nullable;

/** Limits of a group: read and changed, with entity tags. */
final class LimitRoutes {
    private static final String LIMITS = "/api/v1/groups/{id}/limits";

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
        String ifNoneMatch = exchange.request().getHeader("If-None-Match");
        return control.limits(exchange.group()).map(limits -> {
            String tag = quoted(limits);
            boolean same = ifNoneMatch != null
                    && (ifNoneMatch.strip().equals("*")
                            || List.of(ifNoneMatch.split("\\s*,\\s*", -1)).contains(tag));
            return same ? Answer.empty(304).with("ETag", tag) : answer(limits);
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
        String tag = entityTag(exchange.request().getHeader("If-Match"));
        return exchange.text()
                .map(text -> new LimitChange(
                        fields.limits(StrictJson.object(text)),
                        tag,
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
    private static @Nullable String entityTag(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return null;
        }
        String tag = ifMatch.strip();
        if (tag.startsWith("W/")) {
            throw Problem.of(Problem.Kind.PRECONDITION_FAILED, "a weak entity tag never matches in If-Match");
        }
        if (tag.contains(",")) {
            throw Problem.of(Problem.Kind.INVALID, "If-Match takes one entity tag here")
                    .atField("If-Match");
        }
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }
}
