package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.lease.Answer;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.Order;
import io.vigia.supervisor.policy.Result;
import io.vigia.supervisor.policy.RungAction;
import io.vigia.supervisor.policy.Sizes;
import io.vigia.supervisor.policy.Step;
import io.vigia.supervisor.policy.Victim;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what a policy ordered; always answers, never throws. Kernel-loop thread only. */
public final class OrderExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OrderExecutor.class);
    /** How long the next rung waits for a webhook. Who receives it may be down just then. */
    private static final long WEBHOOK_MILLIS = 500;

    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;

    private final KernelLoop loop;
    private final GroupTable table;
    private final GroupOperations operations;
    private final Enforcement enforcement;
    private final Leases leases;
    private final Consumer<CgroupPath> killing;
    private final Webhook webhook;

    /** @param killing told within which group a policy is about to kill */
    public OrderExecutor(
            KernelLoop loop,
            GroupTable table,
            GroupOperations operations,
            Enforcement enforcement,
            Leases leases,
            Consumer<CgroupPath> killing,
            Webhook webhook) {
        this.loop = loop;
        this.table = table;
        this.operations = operations;
        this.enforcement = enforcement;
        this.leases = leases;
        this.killing = killing;
        this.webhook = webhook;
    }

    /** Tells an operator's endpoint. Never blocks; fails when it was not taken. */
    @FunctionalInterface
    public interface Webhook {
        Future<String> post(URI target, JsonObject body);
    }

    /**
     * The orders of one decision, carried out.
     *
     * @param results one for each order, in their order
     * @param nanos when the last was done ({@link System#nanoTime}), which may be before the loop hears of it
     */
    record Executed(List<Result> results, long nanos) {}

    /**
     * The orders of one decision run side by side.
     *
     * @param decision as a webhook gets it
     */
    Future<Executed> execute(Step.Orders orders, Supplier<JsonObject> decision) {
        loop.requireInLoop();
        List<Future<Answer>> answers = new ArrayList<>();
        for (Order order : orders.orders()) {
            answers.add(one(orders, order, decision).recover(e -> Future.succeededFuture(Answer.now(failure(e)))));
        }
        return Future.all(answers).map(all -> {
            List<Answer> each = all.list();
            return new Executed(
                    each.stream().map(Answer::result).toList(),
                    each.stream().mapToLong(Answer::nanos).max().orElseGet(System::nanoTime));
        });
    }

    private Future<Answer> one(Step.Orders orders, Order order, Supplier<JsonObject> decision) {
        try {
            return switch (order) {
                case Order.Post(URI address) ->
                    address == null
                            ? Future.succeededFuture(Answer.now(Result.done("logged")))
                            : post(address, decision.get()).map(Answer::now);
                case Order.ReclaimBytes(Victim victim, long bytes) ->
                    onVictim(
                            victim,
                            "reclaim from",
                            () -> operations
                                    .reclaim(victim.path(), bytes)
                                    .map(got ->
                                            Result.done("reclaimed " + Sizes.text(got) + " of " + Sizes.text(bytes)))
                                    .map(Answer::now));
                case Order.LeaseLimits lease ->
                    onVictim(
                            lease.victim(),
                            "change limits of",
                            () -> leases.taking().take(lease, orders.holder()));
                case Order.FreezeGroup(Victim victim, Duration atMost) ->
                    onVictim(
                            victim,
                            "freeze",
                            () -> leases.taking()
                                    .freeze(victim, orders.holder(), atMost)
                                    .map(Answer::now));
                case Order.KillVictim kill ->
                    onVictim(kill.victim(), "kill in", () -> kill(kill).map(Answer::now));
                case Order.GiveBack(LeaseHolder holder) ->
                    leases.giveBack(holder).map(Answer::now);
            };
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** The ladder goes on without a webhook that is slow to answer; it is tried all the same. */
    private Future<Result> post(URI address, JsonObject body) {
        Promise<Result> first = Promise.promise();
        KernelLoop.Timer late = loop.schedule(
                WEBHOOK_MILLIS,
                () -> first.tryComplete(Result.done("the webhook has not answered yet; it is tried meanwhile")));
        webhook.post(address, body).onComplete(answer -> {
            late.cancel();
            if (answer.succeeded()) {
                first.tryComplete(Result.done(answer.result()));
            } else if (!first.tryFail(answer.cause())) {
                LOG.warn("{}", answer.cause().getMessage());
            }
        });
        return first.future();
    }

    private Future<Result> kill(Order.KillVictim kill) {
        CgroupPath path = kill.victim().path();
        killing.accept(path);
        if (kill.scope() == RungAction.Scope.GROUP || kill.processes().isEmpty()) {
            return operations
                    .kill(path, kill.grace().isZero() ? SIGKILL : SIGTERM, kill.grace())
                    .map(done -> Result.done(
                            kill.grace().isZero() ? "killed the group" : "stopped the group, TERM then KILL"));
        }
        List<Future<Void>> each = new ArrayList<>();
        for (ProcessId process : kill.processes()) {
            each.add(operations.killProcess(path, process, kill.grace()));
        }
        return Future.join(each).map(done -> Result.done("killed " + each.size() + " processes"));
    }

    private Future<Answer> onVictim(Victim victim, String what, Supplier<Future<Answer>> action) {
        if (table.get(victim.path(), victim.id()) == null) {
            String ended = victim.path().id() + " ended before";
            return Future.succeededFuture(Answer.now(new Result(Result.Status.GONE, ended, List.of())));
        }
        enforcement.require(victim.path(), what);
        return action.get();
    }

    static final Map<Problem.Kind, Result.Status> STATUS = Map.of(
            Problem.Kind.NOT_FOUND, Result.Status.GONE,
            Problem.Kind.REFUSED, Result.Status.REFUSED,
            Problem.Kind.UNSUPPORTED, Result.Status.REFUSED,
            Problem.Kind.WOULD_KILL, Result.Status.REFUSED);

    private static Result failure(Throwable e) {
        Result.Status status = e instanceof Problem problem
                ? STATUS.getOrDefault(problem.kind(), Result.Status.FAILED)
                : Result.Status.FAILED;
        String detail =
                e instanceof Problem || e instanceof KernelException ? String.valueOf(e.getMessage()) : e.toString();
        return new Result(status, detail, List.of());
    }
}
