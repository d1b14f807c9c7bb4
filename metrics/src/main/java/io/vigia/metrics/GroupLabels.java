package io.vigia.metrics;

import org.jspecify.annotations.Nullable;

/** The labels of one group, escaped once for all of its samples and scrapes. Immutable. */
public final class GroupLabels {
    private final String name;
    private final @Nullable Pod pod;
    private final byte[] bytes;

    /**
     * @param id the cgroup path with its first slash, as cAdvisor labels it
     * @param name of the container, empty where there is none
     * @param image empty where unknown
     * @param pod names from Kubernetes, {@code null} outside of it
     */
    public GroupLabels(String id, String name, String image, @Nullable Pod pod) {
        this.name = name;
        this.pod = pod;
        this.bytes = render(id, name, image, pod);
    }

    /**
     * Where a group stands in Kubernetes.
     *
     * @param container empty for the pod itself, and where unknown
     */
    public record Pod(String namespace, String name, String container) {}

    public String name() {
        return name;
    }

    public @Nullable Pod pod() {
        return pod;
    }

    /** {@code id="…",…}; not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    private static byte[] render(String id, String name, String image, @Nullable Pod pod) {
        StringBuilder text = new StringBuilder(96);
        label(text, "id", id);
        label(text.append(','), "name", name);
        label(text.append(','), "image", image);
        if (pod != null) {
            label(text.append(','), "namespace", pod.namespace());
            label(text.append(','), "pod", pod.name());
            label(text.append(','), "container", pod.container());
        }
        return ByteText.utf8(text.toString());
    }

    /** {@code name="value"}, with backslash, quote and newline escaped as both formats want it. */
    static StringBuilder label(StringBuilder text, String name, String value) {
        text.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        return text.append('"');
    }
}
