package io.vigia.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What vigia counts of itself. Counters and histograms are there at zero from the start, so that a first increase is
 * seen as one. Thread-safe.
 */
public final class Counters {
    private static final double[] SECONDS = {
        .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10
    };

    private final CollectorRegistry registry;
    private final Counter events;
    private final LostEvents lost;
    private final Counter decisions;
    private final Counter restarts;
    private final Counter overwritten;
    private final Histogram action;
    private final Histogram reaction;
    private final Histogram scrape;
    private final Histogram loopLag;

    /** @param eventTypes and {@code sources}: the label values that start at zero */
    public Counters(CollectorRegistry registry, String version, List<String> eventTypes, List<String> sources) {
        this.registry = registry;
        Gauge.build("vigia_build_info", "Always 1; the version is in the label.")
                .labelNames("version", "java")
                .register(registry)
                .labels(version, Runtime.version().toString())
                .set(1);
        events = Counter.build("vigia_events_total", "Events appended to the journal, by type.")
                .labelNames("type")
                .register(registry);
        eventTypes.forEach(events::labels);
        lost = new LostEvents(sources).register(registry);
        decisions = Counter.build("vigia_policy_decisions_total", "Decisions of policies, by outcome.")
                .labelNames("policy", "outcome")
                .register(registry);
        restarts = Counter.build("vigia_container_restarts_total", "Restarts of containers.")
                .labelNames("group", "container")
                .register(registry);
        overwritten = Counter.build(
                        "vigia_limits_overwritten_total",
                        "Limits that vigia had set, or of a group that it manages, and somebody else changed.")
                .register(registry);
        action = histogram("vigia_action_seconds", "From an order to its result.");
        reaction = histogram("vigia_reaction_seconds", "From the kernel's word to the action done.");
        scrape = histogram("vigia_scrape_seconds", "Time that a scrape took.");
        loopLag = histogram("vigia_loop_lag_seconds", "How late tasks ran on the kernel loop.");
    }

    private Histogram histogram(String name, String help) {
        return Histogram.build(name, help).buckets(SECONDS).register(registry);
    }

    public void event(String type) {
        events.labels(type).inc();
    }

    /** @param count -1 where it cannot be known: counted as one */
    public void lost(String source, long count) {
        lost.add(source, Math.max(1, count));
    }

    /** A source that keeps count itself; asked at each scrape, on the scraping thread. */
    public void lost(String source, LongSupplier total) {
        lost.count(source, total);
    }

    /** At zero, so that the first decision is seen as an increase. */
    public void policyAdded(String policy, List<String> outcomes) {
        outcomes.forEach(outcome -> decisions.labels(policy, outcome));
    }

    public void policyRemoved(String policy, List<String> outcomes) {
        outcomes.forEach(outcome -> decisions.remove(policy, outcome));
    }

    public void decision(String policy, String outcome) {
        decisions.labels(policy, outcome).inc();
    }

    /** At zero, so that the first restart is seen as an increase. */
    public void containerAdded(String group, String container) {
        var unused = restarts.labels(group, container);
    }

    public void containerRemoved(String group, String container) {
        restarts.remove(group, container);
    }

    public void restarted(String group, String container) {
        restarts.labels(group, container).inc();
    }

    public void limitOverwritten() {
        overwritten.inc();
    }

    public void action(double seconds) {
        action.observe(seconds);
    }

    public void reaction(double seconds) {
        reaction.observe(seconds);
    }

    public void scraped(double seconds) {
        scrape.observe(seconds);
    }

    public void loopLag(double seconds) {
        loopLag.observe(seconds);
    }

    /** A value that is asked for at each scrape, on the scraping thread. */
    public void gauge(String name, String help, DoubleSupplier value) {
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                return List.of(new GaugeMetricFamily(name, help, value.getAsDouble()));
            }
        }.register(registry);
    }

    /** The same with one label. */
    public void gauge(String name, String help, String label, Supplier<Map<String, Integer>> values) {
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                GaugeMetricFamily family = new GaugeMetricFamily(name, help, List.of(label));
                values.get().forEach((key, value) -> family.addMetric(List.of(key), value));
                return List.of(family);
            }
        }.register(registry);
    }
}
