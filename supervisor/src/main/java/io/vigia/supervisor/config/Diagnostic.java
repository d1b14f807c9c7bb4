package io.vigia.supervisor.config;

/**
 * One thing that is wrong with a document.
 *
 * @param file as the user named it
 * @param field dotted path, for example {@code spec.containers[0].name}; empty for the document itself
 * @param message what is wrong, why, and what to do
 */
public record Diagnostic(String file, Position at, String field, String message) {
    /** {@code file:line:column: field: message}, without the parts that are missing. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(file);
        if (at.line() > 0) {
            out.append(':').append(at.line()).append(':').append(at.column());
        }
        out.append(": ");
        if (!field.isEmpty()) {
            out.append(field).append(": ");
        }
        return out.append(message).toString();
    }
}
