package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vigia.supervisor.api.auth.BrowserGuard;
import io.vigia.supervisor.api.auth.Principal;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request: host, page, who, path, right, parameters, body, handler. Every step refuses with a {@link
 * Problem}. Event loop of the connection.
 */
final class Dispatcher {
    private final RouteTable table;
    private volatile Doors doors;

    Dispatcher(RouteTable table, BrowserGuard guard, Identities identities) {
        this.table = table;
        this.doors = new Doors(guard, identities, new Writer(guard));
    }

    private record Doors(BrowserGuard guard, Identities identities, Writer writer) {}

    /** Whom to let in from the next request on. Any thread. */
    void change(BrowserGuard guard, Identities identities) {
        doors = new Doors(guard, identities, new Writer(guard));
    }

    void handle(Delivery delivery) {
        Context context = Listeners.current();
        HttpServerRequest request = delivery.request();
        Visit visit = new Visit(delivery, doors);
        Future<Answer> answer;
        try {
            answer = dispatch(context, visit);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.otherwise(failure -> Answer.problem(Problems.of(failure, request)))
                .compose(one -> onceRead(context, visit, one))
                .onSuccess(one -> context.runOnContext(unused -> {
                    visit.doors.writer.write(request, one);
                    Audit.changed(visit, one);
                }));
    }

    private static Future<Answer> onceRead(Context context, Visit visit, Answer answer) {
        boolean unread = hasBody(visit.request) && !visit.collects && !visit.request.isEnded() && !answer.isTaken();
        return unread ? Body.discard(context, visit.request).map(answer) : Future.succeededFuture(answer);
    }

    /** What is known of a request so far. */
    static final class Visit {
        final HttpServerRequest request;
        private final Delivery delivery;
        private final Doors doors;

        private boolean collects;

        @Nullable
        Principal principal;

        @Nullable
        Route route;

        boolean dryRun;

        private Visit(Delivery delivery, Doors doors) {
            this.delivery = delivery;
            this.request = delivery.request();
            this.doors = doors;
        }
    }

    private Future<Answer> dispatch(Context context, Visit visit) {
        HttpServerRequest request = visit.request;
        BrowserGuard guard = visit.doors.guard;
        boolean unix = request.connection().localAddress().isDomainSocket();
        String host = host(request, unix, guard);
        guard.requireOurPage(host, request.getHeader("Origin"), fetchSite(request));
        Target target = Target.parse(request.uri(), host);
        List<String> allowed = table.allowed(target.segments());
        if (request.method().equals(HttpMethod.OPTIONS) && !allowed.isEmpty()) {
            return Future.succeededFuture(Answer.empty(204).with("Allow", String.join(", ", allowed)));
        }
        RouteTable.Match match = table.find(request.method(), target.segments());
        Role needed = match == null ? Role.VIEWER : match.route().needs();
        Identities identities = visit.doors.identities;
        Principal principal = needed == null ? identities.orNobody(request, unix) : identities.of(request, unix);
        visit.principal = principal;
        Identities.require(principal, needed, request);
        if (match == null) {
            return Future.succeededFuture(missing(request, target, allowed));
        }
        visit.route = match.route();
        return run(context, visit, match, principal, target.query());
    }

    private static Future<Answer> run(
            Context context, Visit visit, RouteTable.Match match, Principal principal, @Nullable String rawQuery) {
        HttpServerRequest request = visit.request;
        Route route = match.route();
        Query query = Query.parse(rawQuery, route.query());
        visit.dryRun = route.isChange() && query.isOn("dryRun");
        String accepted = MediaTypes.choose(accept(request), route.produces());
        boolean hasBody = hasBody(request);
        Future<Buffer> body = route.consumes().isEmpty() ? null : Body.collect(context, request);
        visit.collects = body != null;
        String mediaType = body == null || !hasBody
                ? null
                : MediaTypes.ofBody(request.getHeader("Content-Type"), route.consumes());
        return route.handler()
                .handle(new Exchange(
                        visit.delivery, route, match.segments(), query, principal, body, mediaType, accepted));
    }

    private static Answer missing(HttpServerRequest request, Target target, List<String> allowed) {
        if (allowed.isEmpty()) {
            return Answer.problem(RouteTable.unknown(target.segments()));
        }
        String methods = String.join(", ", allowed);
        return Answer.problem(Problem.of(
                        Problem.Kind.METHOD_NOT_ALLOWED,
                        request.method() + " is not for this path, which takes " + methods))
                .with("Allow", methods);
    }

    /** A local socket has no name that could be forged into reaching it, so any Host will do there. */
    private static @Nullable String host(HttpServerRequest request, boolean unix, BrowserGuard guard) {
        List<String> hosts = request.headers().getAll("Host");
        if (hosts.size() > 1) {
            throw Problem.of(Problem.Kind.INVALID, "more than one Host header");
        }
        if (hosts.isEmpty()) {
            if (request.version() == HttpVersion.HTTP_1_1) {
                throw Problem.of(Problem.Kind.INVALID, "HTTP/1.1 needs a Host header");
            }
            return null;
        }
        String host = hosts.get(0).strip();
        if (!unix) {
            guard.requireOurHost(host);
        }
        return host;
    }

    /** A link from another page to the status page is a visit, not an attack: it changes and reveals nothing. */
    private static @Nullable String fetchSite(HttpServerRequest request) {
        boolean visit = "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && request.method().equals(HttpMethod.GET)
                && (request.uri().equals("/") || request.uri().startsWith("/?"));
        return visit ? null : request.getHeader("Sec-Fetch-Site");
    }

    private static @Nullable String accept(HttpServerRequest request) {
        List<String> all = request.headers().getAll("Accept");
        return all.isEmpty() ? null : String.join(",", all);
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null
                || (length != null && !length.strip().equals("0"));
    }
}
