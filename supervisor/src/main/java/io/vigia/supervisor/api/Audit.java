package io.vigia.supervisor.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vigia.supervisor.api.auth.Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for everything that somebody changed or tried to change: who, what, and what became of it. Never a token. */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("io.vigia.audit");

    private Audit() {}

    static void changed(Dispatcher.Visit visit, Answer answer) {
        HttpServerRequest request = visit.request;
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD) || method.equals(HttpMethod.OPTIONS)) {
            return;
        }
        Principal principal = visit.principal;
        LOG.info(
                "{} {} {}{} by {}",
                answer.status(),
                method,
                request.path(),
                visit.dryRun ? " (dry run)" : "",
                principal == null ? "somebody at " + request.connection().remoteAddress() : principal.auditName());
    }
}
