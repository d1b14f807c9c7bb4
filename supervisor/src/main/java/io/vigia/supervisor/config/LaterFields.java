package io.vigia.supervisor.config;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields whose shape is settled and whose work is not done yet. A wrong shape is told as such; a right one is refused
 * with {@code not supported yet: field X}, because a field that is silently ignored is worse than one that is refused.
 */
final class LaterFields {
    private enum Namespace {
        PID,
        MOUNT,
        UTS,
        IPC,
        NET,
        USER,
        CGROUP,
        TIME
    }

    private LaterFields() {}

    static void ofGroup(Fields spec) {
        later(spec, "runtime", spec.has("runtime") && !"none".equals(spec.text("runtime")));
        list(spec, "networks", LaterFields::network);
        list(spec, "ports", LaterFields::text);
        list(spec, "volumes", (item, findings) -> {});
    }

    static void ofContainer(Fields container) {
        for (String key : new String[] {"image", "rootfs", "bundle"}) {
            later(container, key, container.text(key) != null);
        }
        namespaces(container);
        list(container, "sockets", LaterFields::socket);
        mapping(container, "probes", LaterFields::probes);
    }

    /** Mapping users takes a user namespace. */
    static void ofUser(Fields user) {
        later(user, "map", user.text("map") != null);
    }

    private static void namespaces(Fields container) {
        int before = container.findings().count();
        container.list("namespaces", text -> Choices.of(Namespace.class, text));
        boolean any = container.get("namespaces") instanceof Tree.Sequence sequence
                && !sequence.items().isEmpty();
        later(container, "namespaces", any && container.findings().count() == before);
    }

    private static void network(Fields.Item item, Findings findings) {
        Fields fields = Fields.of(item.tree(), item.path(), findings);
        if (fields != null) {
            fields.require("name", "name: lan");
            fields.text("address");
            fields.items("routes");
            fields.bool("forward");
            fields.done();
        }
    }

    private static void text(Fields.Item item, Findings findings) {
        if (!(item.tree() instanceof Tree.Scalar)) {
            findings.add(
                    item.tree().at(),
                    item.path(),
                    "must be text, but is " + item.tree().kind());
        }
    }

    private static void socket(Fields.Item item, Findings findings) {
        Fields fields = Fields.of(item.tree(), item.path(), findings);
        if (fields != null) {
            fields.require("name", "name: http");
            fields.require("listen", "listen: \"127.0.0.1:8081\"");
            fields.text("name");
            fields.text("listen");
            fields.done();
        }
    }

    private static void probes(Fields fields) {
        probe(fields.mapping("ready"));
        probe(fields.mapping("live"));
        fields.bool("notify");
        fields.value("watchdog", Durations::parse);
        fields.done();
    }

    private static void probe(@Nullable Fields fields) {
        if (fields != null) {
            fields.text("http");
            fields.text("tcp");
            fields.list("exec", text -> text);
            fields.integer("port", 1, 65535);
            fields.value("every", Durations::parse);
            fields.value("timeout", Durations::parse);
            fields.integer("failures", 1, 1_000);
            fields.done();
        }
    }

    private static void list(Fields fields, String key, ItemShape shape) {
        int before = fields.findings().count();
        fields.items(key).forEach(item -> shape.check(item, fields.findings()));
        later(fields, key, fields.get(key) != null && fields.findings().count() == before);
    }

    private static void mapping(Fields fields, String key, Consumer<Fields> shape) {
        int before = fields.findings().count();
        Fields inner = fields.mapping(key);
        if (inner != null) {
            shape.accept(inner);
        }
        later(fields, key, inner != null && fields.findings().count() == before);
    }

    private static void later(Fields fields, String key, boolean given) {
        Tree value = fields.get(key);
        if (given && value != null) {
            fields.add(value.at(), key, "not supported yet: field " + key);
        }
    }

    /** What is wrong with one item goes to the findings. */
    private interface ItemShape {
        void check(Fields.Item item, Findings findings);
    }
}
