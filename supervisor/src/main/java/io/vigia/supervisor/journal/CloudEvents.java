package io.vigia.supervisor.journal;

import java.nio.charset.StandardCharsets;

/** Events as CloudEvents 1.0 in JSON format. Any thread. */
public final class CloudEvents {
    private final String source;

    /** @param node becomes the last segment of {@code source}, percent-encoded where a URI wants it */
    public CloudEvents(String node) {
        StringBuilder quoted = new StringBuilder("\"source\":");
        JsonText.quote(quoted, "/vigia/" + percentEncode(node));
        this.source = quoted.append(',').toString();
    }

    /**
     * The text of a numbered event.
     *
     * @throws IllegalArgumentException if {@code data} holds what JSON cannot say
     */
    public String numbered(long sequence, EventDraft draft) {
        StringBuilder out = new StringBuilder(384).append("{\"specversion\":\"1.0\",\"id\":\"");
        out.append(sequence).append("\",\"sequence\":\"").append(sequence).append("\",");
        return finish(out, draft);
    }

    /** The text of an event made for one client: with an id, without a sequence. */
    public String unnumbered(String id, EventDraft draft) {
        StringBuilder out = new StringBuilder(256).append("{\"specversion\":\"1.0\",\"id\":");
        JsonText.quote(out, id);
        return finish(out.append(','), draft);
    }

    private String finish(StringBuilder out, EventDraft draft) {
        out.append(source).append("\"type\":");
        JsonText.quote(out, EventTypes.PREFIX + draft.type());
        String subject = draft.subject();
        if (subject != null && !subject.isEmpty()) {
            JsonText.quote(out.append(",\"subject\":"), subject);
        }
        JsonText.time(out.append(",\"time\":\""), draft.time());
        out.append("\",\"datacontenttype\":\"application/json\",\"data\":");
        JsonText.append(out, draft.data());
        return out.append('}').toString();
    }

    private static String percentEncode(String node) {
        StringBuilder out = new StringBuilder();
        for (byte b : node.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~".indexOf(c) >= 0;
            if (unreserved) {
                out.append(c);
            } else {
                out.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return out.toString();
    }
}
