package io.vigia.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One scrape's text: the groups by {@link GroupWriter}, everything else by the client library. Any thread, one at a time
 * for each {@link ByteText}; costs CPU.
 */
public final class Exposition {
    private final CollectorRegistry registry;

    /** @param registry of everything that is not a group: vigia's counters, Vert.x, the JVM */
    public Exposition(CollectorRegistry registry) {
        this.registry = registry;
    }

    /** Renders into {@code out}, over what was in it. */
    public void render(List<GroupSample> groups, Format format, long nowMillis, ByteText out) {
        out.clear();
        new GroupWriter(out, format).write(groups, nowMillis);
        try (StringWriter rest = new StringWriter(32_768)) {
            // OpenMetrics wants "# EOF" last, which the library writes: the groups come first.
            List<MetricFamilySamples> families = new ArrayList<>();
            for (MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
                families.add(Exemplars.onlyWhereAllowed(family));
            }
            TextFormat.writeFormat(format.contentType(), rest, Collections.enumeration(families));
            out.add(rest.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
