package io.vigia.supervisor.api;

import io.vigia.supervisor.journal.Journal;

/** What the face stands in front of. */
public record Backends(
        Control control,
        Journal journal,
        EventStreams streams,
        MetricsSource metrics,
        Grammar grammar,
        Version version) {}
