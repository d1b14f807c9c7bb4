package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupPath;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules that no policy can override, then those of the rung. */
final class Sparing {
    private Sparing() {}

    /** {@code null}: it may be acted on. */
    static @Nullable Spared check(Candidate c, RungAction action, SurveyRequest asked, Victim target, Guards guards) {
        Spared spared = null;
        if (!(action instanceof RungAction.Raise)) {
            spared = untouchable(c, guards);
        }
        if (spared == null && !matches(c, asked, target)) {
            spared = spare(c, Spared.Reason.NOT_MATCHING, "it is not what the rung is aimed at");
        }
        if (spared == null
                && !c.managed()
                && guards.enforce().stream().noneMatch(g -> g.matches(c.path().text()))) {
            spared = spare(c, Spared.Reason.NOT_ENFORCED, "it is not within enforce");
        }
        return spared == null ? pointless(c, action) : spared;
    }

    private static @Nullable Spared untouchable(Candidate c, Guards guards) {
        CgroupPath init = guards.init();
        if (c.path().isRoot()) {
            return spare(c, Spared.Reason.ROOT, "it is the root of the hierarchy");
        }
        if (guards.own().isWithin(c.path())) {
            return spare(c, Spared.Reason.OWN, "vigia itself runs in it or below it");
        }
        if (init != null && init.isWithin(c.path())) {
            return spare(c, Spared.Reason.INIT, "PID 1 runs in it or below it");
        }
        if (Guards.isProtected(c.labels())) {
            return spare(c, Spared.Reason.PROTECTED, "it is labelled protected");
        }
        for (Map.Entry<CgroupPath, String> e : guards.protectedGroups().entrySet()) {
            if (c.path().isWithin(e.getKey()) || e.getKey().isWithin(c.path())) {
                String where = c.path().equals(e.getKey()) ? "it" : e.getKey().text() + ", above or below it,";
                return spare(c, Spared.Reason.PROTECTED, where + " is protected: " + e.getValue());
            }
        }
        return null;
    }

    private static @Nullable Spared pointless(Candidate c, RungAction action) {
        return switch (action) {
            case RungAction.Notify n -> null;
            case RungAction.Raise r -> null;
            case RungAction.Reclaim r -> null;
            case RungAction.Throttle t -> emptyOrNull(c);
            case RungAction.Kill k -> emptyOrNull(c);
            case RungAction.Freeze f ->
                c.frozen() ? spare(c, Spared.Reason.FROZEN, "it is frozen already") : emptyOrNull(c);
        };
    }

    private static @Nullable Spared emptyOrNull(Candidate c) {
        return c.populated() ? null : spare(c, Spared.Reason.EMPTY, "it has no processes");
    }

    private static boolean matches(Candidate c, SurveyRequest asked, Victim target) {
        if (asked.targetOnly()) {
            return c.id().equals(target.id());
        }
        PolicySpec.Target victims = asked.victims();
        return (victims.path() == null || victims.path().matches(c.path().text()))
                && c.labels().entrySet().containsAll(victims.labels().entrySet());
    }

    static Spared spare(Candidate c, Spared.Reason reason, String why) {
        return new Spared(c.victim(), reason, why);
    }
}
