package io.vigia.supervisor.cli.client;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.model.Problem;
import org.jspecify.annotations.Nullable;

/** The server said no; the message is its own words (RFC 9457 {@code detail}) with the field or file they are about. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int exitCode;

    private RefusedException(String message, int status, int exitCode) {
        super(message);
        this.status = status;
        this.exitCode = exitCode;
    }

    /** @param problem the body, or {@code null} where it was no problem+json */
    static RefusedException of(int status, @Nullable JsonObject problem) {
        if (problem == null) {
            return new RefusedException("the server answered with status " + status, status, exitCode(status, ""));
        }
        String detail = text(problem, "detail");
        String title = text(problem, "title");
        StringBuilder message = new StringBuilder(detail.isEmpty() ? title : detail);
        for (String where : new String[] {"field", "file"}) {
            String name = text(problem, where);
            // A JSON pointer into a body that whoever typed the words has never seen.
            name = name.startsWith("/") ? name.substring(1) : name;
            if (!name.isEmpty() && message.indexOf(name) < 0) {
                message.insert(0, name + ": ");
            }
        }
        String type = text(problem, "type");
        return new RefusedException(
                message.toString(), status, exitCode(status, type.substring(type.lastIndexOf('/') + 1)));
    }

    private static String text(JsonObject problem, String name) {
        return problem.getValue(name) instanceof String text ? text : "";
    }

    private static int exitCode(int status, String slug) {
        for (Problem.Kind kind : Problem.Kind.values()) {
            if (kind.slug().equals(slug)) {
                return kind.exitCode();
            }
        }
        for (Problem.Kind kind : Problem.Kind.values()) {
            if (kind.status() == status) {
                return kind.exitCode();
            }
        }
        return status >= 400 && status < 500 ? 2 : 1;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What the command line ends with for it. */
    public int exitCode() {
        return exitCode;
    }
}
