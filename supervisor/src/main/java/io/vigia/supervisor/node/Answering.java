package io.vigia.supervisor.node;

import io.vigia.supervisor.api.Backends;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.api.HttpFace;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.process.ProcessTrees;
import io.vigia.supervisor.reaction.Policies;
import io.vigia.supervisor.scrape.Scrapes;
import io.vigia.supervisor.stream.EventHub;

/** What answers who asks from outside: the API, the streams of events, scrapes, and the face in front of them. */
final class Answering {
    final Control control;
    final HttpFace face;

    Answering(Base base, Acting acting, Policies policies, GroupViews views, Listening listening, Scrapes scrapes) {
        control = new Supervisor(
                base,
                acting,
                policies,
                views,
                new ProcessTrees(base.loop, base.cgroups, base.workers, listening.processEvents::within),
                new Readiness(base.opened, listening.tree, listening.processSources));
        EventHub hub =
                base.closing.later("streams", new EventHub(base.vertx, base.journal, base.opened.node(), base.clock));
        scrapes.beforeEach(
                Gauges.register(base.counters, base.loop, base.table, acting.leases, policies, hub, base.workers));
        face = new HttpFace(
                base.vertx,
                base.opened.face(),
                new Backends(
                        control,
                        base.journal,
                        new HubStreams(base.vertx, hub),
                        scrapes,
                        new ConfigGrammar(),
                        base.version),
                base.loop::inLoop);
    }
}
