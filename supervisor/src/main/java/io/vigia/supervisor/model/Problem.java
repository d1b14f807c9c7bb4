package io.vigia.supervisor.model;

import org.jspecify.annotations.Nullable;

/**
 * Why something asked for was not done, in words for the one who asked: what, where, why, what to do. The HTTP face
 * shows it as RFC 9457 problem+json, the command line as one line and an exit code.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable String field;
    private final @Nullable String file;
    private final int errno;

    private Problem(Kind kind, String detail, @Nullable String field, @Nullable String file, int errno) {
        super(detail, null, false, false);
        this.kind = kind;
        this.field = field;
        this.file = file;
        this.errno = errno;
    }

    public static Problem of(Kind kind, String detail) {
        return new Problem(kind, detail, null, null, 0);
    }

    /** What came too late for this vigia. */
    public static Problem ending() {
        return of(Kind.UNAVAILABLE, "vigia is ending; ask its successor");
    }

    /** The same, naming the field of the request or manifest, as a JSON pointer or dotted path. */
    public Problem atField(String name) {
        return new Problem(kind, getMessage(), name, file, errno);
    }

    /** The same, naming the kernel file and its errno (0 for none). */
    public Problem atFile(String name, int number) {
        return new Problem(kind, getMessage(), field, name, number);
    }

    public Kind kind() {
        return kind;
    }

    public @Nullable String field() {
        return field;
    }

    public @Nullable String file() {
        return file;
    }

    public int errno() {
        return errno;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? kind.title() : message;
    }

    /** Each kind has one HTTP status, one problem type ({@code https://vigia.io/problems/SLUG}) and one exit code. */
    public enum Kind {
        INVALID("invalid", "Invalid request", 400, 2),
        UNAUTHENTICATED("unauthenticated", "A token is needed", 401, 5),
        REFUSED("refused", "Not allowed", 403, 5),
        NOT_FOUND("not-found", "Not found", 404, 3),
        METHOD_NOT_ALLOWED("method-not-allowed", "Method not allowed", 405, 2),
        NOT_ACCEPTABLE("not-acceptable", "Not acceptable", 406, 2),
        TIMEOUT("timeout", "The request took too long", 408, 1),
        CONFLICT("conflict", "Conflict", 409, 5),
        WOULD_KILL("would-kill", "The limit would kill", 409, 5),
        GONE("gone", "No longer available", 410, 3),
        PRECONDITION_FAILED("precondition-failed", "Changed meanwhile", 412, 5),
        TOO_LARGE("too-large", "Too large", 413, 2),
        URI_TOO_LONG("uri-too-long", "Address too long", 414, 2),
        UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "Unsupported media type", 415, 2),
        MISDIRECTED("misdirected", "Not this host", 421, 5),
        UNSUPPORTED("unsupported", "Not supported here", 422, 1),
        KERNEL("kernel", "The kernel refused", 422, 1),
        HEADERS_TOO_LARGE("headers-too-large", "Headers too large", 431, 2),
        INTERNAL("internal", "Internal error", 500, 1),
        NOT_SUPPORTED_YET("not-supported-yet", "Not supported yet", 501, 1),
        UNAVAILABLE("unavailable", "Not ready", 503, 1),
        IN_FLIGHT("in-flight", "Still under way", 504, 1);

        private final String slug;
        private final String title;
        private final int status;
        private final int exitCode;

        Kind(String slug, String title, int status, int exitCode) {
            this.slug = slug;
            this.title = title;
            this.status = status;
            this.exitCode = exitCode;
        }

        public String slug() {
            return slug;
        }

        public String title() {
            return title;
        }

        public int status() {
            return status;
        }

        public int exitCode() {
            return exitCode;
        }

        /** Whether {@code e} is a problem of this kind. */
        public boolean is(Throwable e) {
            return e instanceof Problem problem && problem.kind() == this;
        }
    }
}
