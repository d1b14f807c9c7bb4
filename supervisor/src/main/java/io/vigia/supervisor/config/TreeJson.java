package io.vigia.supervisor.config;

import io.vertx.core.json.Json;

/** Writes a tree as JSON that reads back as the same tree: numbers stay as they were written. */
final class TreeJson {
    private TreeJson() {}

    static String write(Tree tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return out.toString();
    }

    private static void write(Tree tree, StringBuilder out) {
        switch (tree) {
            case Tree.Scalar scalar -> write(scalar, out);
            case Tree.Sequence sequence -> {
                String comma = "[";
                for (Tree item : sequence.items()) {
                    out.append(comma);
                    write(item, out);
                    comma = ",";
                }
                out.append(sequence.items().isEmpty() ? "[]" : "]");
            }
            case Tree.Mapping mapping -> {
                String comma = "{";
                for (Tree.Entry entry : mapping.entries()) {
                    out.append(comma).append(Json.encode(entry.key())).append(':');
                    write(entry.value(), out);
                    comma = ",";
                }
                out.append(mapping.entries().isEmpty() ? "{}" : "}");
            }
        }
    }

    private static void write(Tree.Scalar scalar, StringBuilder out) {
        if (scalar.isNull()) {
            out.append("null");
        } else if (scalar.isNumber() || scalar.bool() != null) {
            out.append(scalar.text());
        } else {
            out.append(Json.encode(scalar.text()));
        }
    }
}
