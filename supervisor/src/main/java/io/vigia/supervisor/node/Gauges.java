package io.vigia.supervisor.node;

import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.metrics.Counters;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.reaction.Policies;
import io.vigia.supervisor.stream.EventHub;
import java.util.Map;

/** What is asked for at each scrape. */
final class Gauges {
    private Gauges() {}

    /** @return brings them up to date; to be run on the loop at the beginning of each scrape */
    static Runnable register(
            Counters counters,
            EpollKernelLoop loop,
            GroupTable table,
            Leases leases,
            Policies policies,
            EventHub hub,
            GroupWorkers workers) {
        Published published = new Published();
        counters.gauge("vigia_groups", "Groups that are watched.", () -> published.groups);
        counters.gauge("vigia_leases", "Changes with an end that are in force.", () -> published.leases);
        counters.gauge("vigia_policy_active", "Groups that a policy is acting on.", "policy", () -> published.active);
        counters.gauge("vigia_stream_clients", "Clients that follow events.", hub::clients);
        counters.gauge("vigia_stream_lag_events", "How far the slowest client is behind.", hub::lagEvents);
        counters.gauge("vigia_workers_pending", "Tasks that wait for the kernel.", workers::pending);
        loop.lag().observer(nanos -> counters.loopLag(nanos * 1e-9));
        return () -> refresh(loop, published, table, leases, policies);
    }

    // The loop owns the numbers and gives copies of them to the scraping thread.
    private static void refresh(
            EpollKernelLoop loop, Published published, GroupTable table, Leases leases, Policies policies) {
        loop.requireInLoop();
        published.groups = table.size();
        published.leases = leases.size();
        published.active = policies.active();
    }

    private static final class Published {
        private volatile int groups;
        private volatile int leases;
        private volatile Map<String, Integer> active = Map.of();
    }
}
