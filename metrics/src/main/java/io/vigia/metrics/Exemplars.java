package io.vigia.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenMetrics allows exemplars on {@code _bucket} and {@code _total} only; Micrometer puts them on {@code _count} too, for
 * which Prometheus 2.42 drops the whole scrape.
 */
final class Exemplars {
    private Exemplars() {}

    static MetricFamilySamples onlyWhereAllowed(MetricFamilySamples family) {
        boolean clean = family.samples.stream().allMatch(Exemplars::allowed);
        if (clean) {
            return family;
        }
        List<Sample> samples = new ArrayList<>(family.samples.size());
        for (Sample s : family.samples) {
            samples.add(allowed(s) ? s : new Sample(s.name, s.labelNames, s.labelValues, s.value, null, s.timestampMs));
        }
        return new MetricFamilySamples(family.name, family.unit, family.type, family.help, samples);
    }

    private static boolean allowed(Sample sample) {
        return sample.exemplar == null || sample.name.endsWith("_bucket") || sample.name.endsWith("_total");
    }
}
