package io.vigia.supervisor.node;

import io.vigia.kernel.psi.PsiTriggers;
import io.vigia.supervisor.action.Webhooks;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.reaction.HostFacts;
import io.vigia.supervisor.reaction.KernelPressure;
import io.vigia.supervisor.reaction.OrderExecutor;
import io.vigia.supervisor.reaction.Policies;
import io.vigia.supervisor.reaction.Rehearsal;
import io.vigia.supervisor.reaction.Surveys;

/** What decides: the policies, with what they survey, the pressure that they are told of, and who carries out their orders. */
final class Deciding {
    final KernelPressure pressure;
    final Policies policies;

    Deciding(Base base, Acting acting, GroupViews views) {
        HostFacts host = base.closing.later("host facts", new HostFacts(base.syscalls));
        Surveys surveys = new Surveys(
                base.loop, base.table, views, acting.enforcement, base.cgroups, base.workers, acting.signaller, host);
        Webhooks webhooks = new Webhooks(base.vertx);
        OrderExecutor executor = new OrderExecutor(
                base.loop,
                base.table,
                acting.operations,
                acting.enforcement,
                acting.leases,
                acting.managed::expectPolicyKill,
                // One receiver may be told by many hosts.
                (target, decision) -> webhooks.post(target, decision.copy().put("node", base.opened.node())));
        PsiTriggers psi = base.closing.laterOnLoop(
                base.loop, "pressure triggers", new PsiTriggers(base.loop, base.syscalls, base.sources));
        pressure = new KernelPressure(base.loop, base.cgroups, base.workers, psi, base.events);
        Rehearsal rehearsal = base.closing.later(
                "rehearsal",
                new Rehearsal(base.loop, base.workers, base.syscalls, base.cgroups.kind(), host, base.config.socket()));
        policies = new Policies(
                new Policies.Wiring(
                        base.loop,
                        base.table,
                        views,
                        surveys,
                        executor,
                        acting.leases,
                        pressure,
                        base.journal,
                        base.opened.kills(),
                        base.events,
                        new CountedTelemetry(base.counters),
                        rehearsal::once),
                base.now,
                Long.toString(base.clock.millis(), 36));
        pressure.listener(policies);
    }
}
