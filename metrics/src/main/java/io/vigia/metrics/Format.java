package io.vigia.metrics;

import io.prometheus.client.exporter.common.TextFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The two exposition formats, chosen by {@code Accept}. */
public enum Format {
    PROMETHEUS_TEXT(TextFormat.CONTENT_TYPE_004),
    OPENMETRICS(TextFormat.CONTENT_TYPE_OPENMETRICS_100);

    private static final Pattern WEIGHT = Pattern.compile(";\\s*q=([01](?:\\.[0-9]{0,3})?)\\s*(?:;|$)");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** OpenMetrics only for who asks for it by name, and likes it no less than text (RFC 9110, section 12.5.1). */
    public static Format of(@Nullable String accept) {
        double open = 0;
        double text = 0;
        for (String one :
                accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = one.split(";", -1)[0].strip();
            if (type.equals("application/openmetrics-text")) {
                open = Math.max(open, weight(one));
            } else if (type.equals("text/plain") || type.equals("text/*")) {
                text = Math.max(text, weight(one));
            }
        }
        return open > 0 && open >= text ? OPENMETRICS : PROMETHEUS_TEXT;
    }

    /** What cannot be read is no weight at all. */
    private static double weight(String range) {
        Matcher matcher = WEIGHT.matcher(range);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 1;
    }
}
