package io.vigia.supervisor.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vigia.kernel.loop.UnixPeer;
import io.vigia.supervisor.api.auth.Principal;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.model.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who sent a request, and whether that one may. */
final class Identities {
    private final Tokens tokens;

    Identities(Tokens tokens) {
        this.tokens = tokens;
    }

    Principal of(HttpServerRequest request, boolean unix) {
        if (unix) {
            return new Principal.Socket(UnixPeer.of(request.connection()));
        }
        List<String> given = request.headers().getAll("Authorization");
        if (!given.isEmpty()) {
            return bearer(given);
        }
        String address = address(request);
        return isLoopback(address) && !isForwarded(request)
                ? new Principal.Loopback(address)
                : new Principal.Nobody(address);
    }

    /** The same for what is open to all: a token that is not known here makes nobody of whoever sent it. */
    Principal orNobody(HttpServerRequest request, boolean unix) {
        try {
            return of(request, unix);
        } catch (Problem unknown) {
            return new Principal.Nobody(address(request));
        }
    }

    private static String address(HttpServerRequest request) {
        return String.valueOf(request.connection().remoteAddress().hostAddress());
    }

    private Principal bearer(List<String> given) {
        String value = given.get(0);
        if (given.size() == 1 && value.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            Principal found = tokens.find(value.substring("bearer ".length()).strip());
            if (found != null) {
                return found;
            }
        }
        throw Problem.of(Problem.Kind.UNAUTHENTICATED, "the Authorization header holds no bearer token known here");
    }

    /** @throws Problem 401 where a token would help, 403 where this one does not */
    static void require(Principal principal, @Nullable Role needed, HttpServerRequest request) {
        if (needed == null) {
            return;
        }
        Role has = principal.role();
        if (has != null && has.includes(needed)) {
            return;
        }
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (principal instanceof Principal.Bearer bearer) {
            throw Problem.of(
                    Problem.Kind.REFUSED,
                    "token '" + bearer.name() + "' is " + bearer.role().apiName() + ", this needs " + needed.apiName());
        }
        throw Problem.of(
                Problem.Kind.UNAUTHENTICATED,
                reads
                        ? "reading from another machine needs a bearer token"
                        : "changing anything over TCP needs a bearer token of role " + needed.apiName()
                                + "; the Unix socket needs none");
    }

    /** Something else received it first, so where the connection comes from says nothing about who asks. */
    private static boolean isForwarded(HttpServerRequest request) {
        return request.headers().contains("Forwarded") || request.headers().contains("X-Forwarded-For");
    }

    private static boolean isLoopback(String address) {
        try {
            // A literal, as accept(2) gave it: nothing is looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
