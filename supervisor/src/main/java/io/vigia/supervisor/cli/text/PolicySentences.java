package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.EventSentences.words;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventTypes;
import org.jspecify.annotations.Nullable;

/** Sentences for what policies do and why. */
final class PolicySentences {
    private PolicySentences() {}

    static @Nullable String of(String type, JsonObject d) {
        String who = "policy " + text(d, "policy", "?");
        String why = words(": ", d, "why");
        return switch (type) {
            case EventTypes.POLICY_ARMED -> who + " watches this group" + words(" in mode ", d, "mode");
            case EventTypes.POLICY_FIRED -> who + " fires" + dryRun(d) + why;
            case EventTypes.POLICY_ACTED -> acted(who, d) + why;
            case EventTypes.POLICY_RELIEVED -> who + " sees relief" + why + words("; ", d, "detail");
            case EventTypes.POLICY_SUPPRESSED -> who + " holds back" + why;
            case EventTypes.POLICY_FAILED -> who + " failed" + doing(d) + why + words("; ", d, "detail");
            default -> null;
        };
    }

    private static String acted(String who, JsonObject d) {
        String verb = verb(text(d, "action", ""));
        String victims = Fields.joined(d, "victims", ", ");
        String detail = words(": ", d, "detail");
        return dryRun(d).isEmpty()
                ? "→ " + who + " " + verb + (victims.isEmpty() ? "" : " " + victims) + detail
                : "→ " + who + " would act, but only watches: " + verb + (victims.isEmpty() ? "" : " " + victims)
                        + detail;
    }

    private static String doing(JsonObject d) {
        String action = text(d, "action", "");
        return action.isEmpty() ? "" : " to " + action;
    }

    private static String dryRun(JsonObject d) {
        return text(d, "mode", "").equals("dry-run") ? " (dry run)" : "";
    }

    private static String verb(String action) {
        return switch (action) {
            case "notify" -> "notifies";
            case "reclaim" -> "reclaims from";
            case "raise" -> "raises";
            case "throttle" -> "throttles";
            case "freeze" -> "freezes";
            case "kill" -> "kills in";
            default -> action.isEmpty() ? "acted" : "does " + action + " to";
        };
    }
}
