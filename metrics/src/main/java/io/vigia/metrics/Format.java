package io.vigia.metrics;

import io.prometheus.client.exporter.common.TextFormat;
import org.jspecify.annotations.Nullable;

/** The two exposition formats, chosen by {@code Accept}. */
public enum Format {
    PROMETHEUS_TEXT(TextFormat.CONTENT_TYPE_004),
    OPENMETRICS(TextFormat.CONTENT_TYPE_OPENMETRICS_100);

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** OpenMetrics only for who asks for it. */
    public static Format of(@Nullable String accept) {
        return TextFormat.chooseContentType(accept).equals(OPENMETRICS.contentType) ? OPENMETRICS : PROMETHEUS_TEXT;
    }
}
