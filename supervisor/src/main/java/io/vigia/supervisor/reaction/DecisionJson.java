package io.vigia.supervisor.reaction;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.DetectorReading;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.Order;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.Result;
import io.vigia.supervisor.policy.RungAction;
import io.vigia.supervisor.policy.Scored;
import io.vigia.supervisor.policy.Spared;
import io.vigia.supervisor.policy.Victim;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision as the API, the store and events show it. Pure. */
final class DecisionJson {
    private DecisionJson() {}

    /** Sorts by time, so that the newest can be found by key. */
    static String id(Decision d) {
        return Long.toString(d.time().toEpochMilli(), 36) + "-" + d.id();
    }

    static JsonObject of(Decision d) {
        JsonArray readings = new JsonArray();
        d.readings().forEach(r -> readings.add(reading(r)));
        JsonArray candidates = new JsonArray();
        d.candidates().forEach(c -> candidates.add(scored(c)));
        JsonArray spared = new JsonArray();
        d.spared().forEach(s -> spared.add(spared(s)));
        JsonArray orders = new JsonArray();
        d.orders().forEach(o -> orders.add(order(o)));
        JsonArray results = new JsonArray();
        d.outcome().results().forEach(r -> results.add(result(r)));
        Instant settledAt = d.outcome().at();
        return new JsonObject()
                .put("id", id(d))
                .put("policy", d.policy())
                .put("group", d.target().id())
                .put("cgroupId", d.targetId().inode())
                .put("time", d.time().toString())
                .put("mode", mode(d))
                .put("kind", lower(d.kind()))
                .put("rung", d.rung() < 0 ? null : d.rung())
                .put("action", action(d.action()))
                .put("why", d.why())
                .put("readings", readings)
                .put("candidates", candidates)
                .put("spared", spared)
                .put("orders", orders)
                .put(
                        "outcome",
                        new JsonObject()
                                .put("status", lower(d.outcome().status()).replace('_', '-'))
                                .put("detail", d.outcome().detail())
                                .put("results", results)
                                .put("at", settledAt == null ? null : settledAt.toString())
                                .put("reactionUsec", reactionUsec(d)));
    }

    /** What an event says of it; the whole is under its id. */
    static JsonObject brief(Decision d) {
        JsonArray victims = new JsonArray();
        d.candidates().stream()
                .filter(Scored::chosen)
                .forEach(c -> victims.add(c.victim().path().id()));
        return new JsonObject()
                .put("decision", id(d))
                .put("policy", d.policy())
                .put("mode", mode(d))
                .put("rung", d.rung() < 0 ? null : d.rung())
                .put("action", action(d.action()))
                .put("victims", victims)
                .put("why", d.why())
                .put("outcome", lower(d.outcome().status()).replace('_', '-'))
                .put("detail", d.outcome().detail())
                .put("reactionUsec", reactionUsec(d));
    }

    private static @Nullable Long reactionUsec(Decision d) {
        Duration reaction = d.outcome().reaction();
        return reaction == null ? null : reaction.toNanos() / 1000;
    }

    private static String mode(Decision d) {
        return d.mode() == PolicySpec.Mode.DRY_RUN ? "dry-run" : "enforce";
    }

    static @Nullable String action(@Nullable RungAction action) {
        return switch (action) {
            case null -> null;
            case RungAction.Notify n -> "notify";
            case RungAction.Reclaim r -> "reclaim";
            case RungAction.Raise r -> "raise";
            case RungAction.Throttle t -> "throttle";
            case RungAction.Freeze f -> "freeze";
            case RungAction.Kill k -> "kill";
        };
    }

    private static JsonObject reading(DetectorReading r) {
        JsonObject json = new JsonObject()
                .put("detector", r.detector())
                .put("value", r.value().orNull())
                .put("threshold", r.threshold())
                .put("unit", lower(r.unit()))
                .put("holds", r.holds());
        if (r.value() instanceof Reading.Unknown<Double>(String why)) {
            json.put("unknown", why);
        }
        return json;
    }

    private static JsonObject scored(Scored c) {
        return new JsonObject()
                .put("group", c.victim().path().id())
                .put("score", c.score())
                .put("basis", c.basis())
                .put("chosen", c.chosen());
    }

    private static JsonObject spared(Spared s) {
        return new JsonObject()
                .put("group", s.victim().path().id())
                .put("reason", lower(s.reason()).replace('_', '-'))
                .put("why", s.why());
    }

    private static JsonObject result(Result r) {
        return new JsonObject().put("status", lower(r.status())).put("detail", r.detail());
    }

    private static JsonObject order(Order order) {
        return switch (order) {
            case Order.Post(URI webhook) ->
                new JsonObject().put("do", "notify").put("webhook", webhook == null ? null : webhook.toString());
            case Order.ReclaimBytes(Victim victim, long bytes) ->
                new JsonObject()
                        .put("do", "reclaim")
                        .put("group", victim.path().id())
                        .put("bytes", bytes);
            case Order.LeaseLimits lease ->
                new JsonObject()
                        .put("do", "lease")
                        .put("group", lease.victim().path().id())
                        .put("intent", lower(lease.intent()))
                        .put("limits", limits(lease.limits()));
            case Order.FreezeGroup(Victim victim, Duration atMost) ->
                new JsonObject()
                        .put("do", "freeze")
                        .put("group", victim.path().id())
                        .put("atMostMs", atMost.toMillis());
            case Order.KillVictim kill ->
                new JsonObject()
                        .put("do", "kill")
                        .put("group", kill.victim().path().id())
                        .put("scope", lower(kill.scope()))
                        .put(
                                "pids",
                                new JsonArray(kill.processes().stream()
                                        .map(p -> (Object) p.pid())
                                        .toList()))
                        .put("graceMs", kill.grace().toMillis());
            case Order.GiveBack(LeaseHolder holder) ->
                new JsonObject().put("do", "give-back").put("holder", holder.by());
        };
    }

    static JsonObject limits(Map<LimitFile, LimitValue> limits) {
        JsonObject json = new JsonObject();
        limits.forEach((file, value) -> json.put(file.fileName(), value.json()));
        return json;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
