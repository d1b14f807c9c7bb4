package io.vigia.supervisor.cli.client;

import java.nio.charset.StandardCharsets;

/** Addresses of the API from what users type. */
public final class Paths {
    public static final String GROUPS = "/api/v1/groups";
    public static final String POLICIES = "/api/v1/policies";
    public static final String DECISIONS = "/api/v1/decisions";
    public static final String EVENTS = "/api/v1/events";

    private Paths() {}

    /** @param group a plain name, an id, or a path with its first slash; {@code /} is the root */
    public static String group(String group) {
        return GROUPS + "/" + segment(id(group));
    }

    public static String containers(String group) {
        return group(group) + "/containers";
    }

    public static String container(String group, String container) {
        return containers(group) + "/" + segment(container);
    }

    public static String policy(String name) {
        return POLICIES + "/" + segment(name);
    }

    public static String decision(String id) {
        return DECISIONS + "/" + segment(id);
    }

    /** As the API names it: without the first slash, but for the root. */
    public static String id(String group) {
        String id = group.length() > 1 && group.startsWith("/") ? group.substring(1) : group;
        return id.length() > 1 && id.endsWith("/") ? id.substring(0, id.length() - 1) : id;
    }

    /** Percent-encoded (RFC 3986), all but the unreserved characters. */
    public static String segment(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
