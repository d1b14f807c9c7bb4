package io.vigia.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsFactory;

/**
 * The registry of everything that is not a group, and Vert.x's and the JVM's own meters in it. The one place that knows
 * the client library behind Micrometer, which is deprecated upstream.
 */
public final class Meters implements AutoCloseable {
    private final CollectorRegistry collectors = new CollectorRegistry();
    private final MeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    @SuppressWarnings("deprecation")
    public Meters() {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, collectors, Clock.SYSTEM);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    public CollectorRegistry collectors() {
        return collectors;
    }

    /** For {@code Vertx.builder().withMetrics(…)}. */
    public VertxMetricsFactory vertxMetrics() {
        return new MicrometerMetricsFactory(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
