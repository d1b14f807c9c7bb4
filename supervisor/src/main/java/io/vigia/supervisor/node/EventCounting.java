package io.vigia.supervisor.node;

import io.vertx.core.json.JsonObject;
import io.vigia.metrics.Counters;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventTypes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Counts journalled events, and restarts by container, which begin at zero and end with their group. One thread at a time. */
final class EventCounting implements Consumer<List<Event>> {
    private final Counters counters;
    private final Map<String, Set<String>> containers = new HashMap<>();

    EventCounting(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void accept(List<Event> batch) {
        batch.forEach(this::count);
    }

    private void count(Event event) {
        counters.event(event.type());
        String group = event.subject();
        if (group == null) {
            return;
        }
        switch (event.type()) {
            case EventTypes.CONTAINER_CREATED, EventTypes.CONTAINER_ADOPTED -> {
                String container = container(event);
                containers.computeIfAbsent(group, g -> new HashSet<>()).add(container);
                counters.containerAdded(group, container);
            }
            case EventTypes.CONTAINER_RESTARTING -> counters.restarted(group, container(event));
            case EventTypes.GROUP_REMOVED ->
                Objects.requireNonNullElse(containers.remove(group), Set.<String>of())
                        .forEach(container -> counters.containerRemoved(group, container));
            default -> {}
        }
    }

    private static String container(Event event) {
        return new JsonObject(event.json())
                .getJsonObject("data", new JsonObject())
                .getString("container", "");
    }
}
