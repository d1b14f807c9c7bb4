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

/** One scrape's text: the groups by {@link GroupWriter}, everything else by the client library. Any thread; costs CPU. */
public final class Exposition {
    private final CollectorRegistry registry;

    /** @param registry of everything that is not a group: vigia's counters, Vert.x, the JVM */
    public Exposition(CollectorRegistry registry) {
        this.registry = registry;
    }

    public String render(List<GroupSample> groups, Format format, double nowSeconds) {
        StringBuilder out = new StringBuilder(16_384 + groups.size() * 5_000);
        new GroupWriter(out, format).write(groups, nowSeconds);
        try (StringWriter rest = new StringWriter(32_768)) {
            // OpenMetrics wants "# EOF" last, which the library writes: the groups come first.
            List<MetricFamilySamples> families = new ArrayList<>();
            for (MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
                families.add(Exemplars.onlyWhereAllowed(family));
            }
            TextFormat.writeFormat(format.contentType(), rest, Collections.enumeration(families));
            return out.append(rest.getBuffer()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
