package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.Fields.number;
import static io.vigia.supervisor.cli.text.Fields.object;
import static io.vigia.supervisor.cli.text.Fields.objects;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Why a policy did, or did not, act. */
public final class DecisionPage {
    private DecisionPage() {}

    /** @param d a decision as the API shows it */
    public static List<String> lines(JsonObject d) {
        List<String> lines = new ArrayList<>();
        lines.add("Decision " + text(d, "id", "?") + ", " + Units.time(text(d, "time"), true));
        lines.add("Policy   " + text(d, "policy", "?") + ", mode " + text(d, "mode", "?"));
        lines.add("Group    " + text(d, "group", "?"));
        lines.add("What     " + text(d, "kind", "?")
                + (text(d, "action") == null ? "" : ", " + text(d, "action", ""))
                + (number(d, "rung") == null ? "" : " (rung " + (rung(d) + 1) + " of the ladder)"));
        lines.add("Why      " + text(d, "why", "no reason given"));
        section(
                lines,
                "Readings",
                objects(d, "readings").stream().map(DecisionPage::reading).toList());
        section(
                lines,
                "Candidates",
                objects(d, "candidates").stream().map(DecisionPage::candidate).toList());
        section(
                lines,
                "Spared",
                objects(d, "spared").stream()
                        .map(s -> text(s, "group", "?") + ": " + text(s, "reason", "") + ", " + text(s, "why", ""))
                        .toList());
        section(
                lines,
                "Orders",
                objects(d, "orders").stream().map(DecisionPage::order).toList());
        JsonObject outcome = object(d, "outcome");
        lines.add("Outcome  " + text(outcome, "status", "not known yet")
                + reaction(outcome)
                + (text(outcome, "detail", "").isEmpty() ? "" : ": " + text(outcome, "detail", "")));
        objects(outcome, "results")
                .forEach(r -> lines.add("  " + text(r, "status", "?") + " " + text(r, "detail", "")));
        return lines.stream().map(Escape::text).toList();
    }

    private static String reaction(JsonObject outcome) {
        Number micros = number(outcome, "reactionUsec");
        return micros == null
                ? ""
                : String.format(Locale.ROOT, ", %.1f ms after the kernel's word", micros.doubleValue() / 1000);
    }

    private static int rung(JsonObject d) {
        Number rung = number(d, "rung");
        return rung == null ? 0 : rung.intValue();
    }

    private static void section(List<String> lines, String name, List<String> content) {
        if (!content.isEmpty()) {
            lines.add(name);
            content.forEach(line -> lines.add("  " + line));
        }
    }

    private static String reading(JsonObject r) {
        String unit = text(r, "unit", "");
        String value = number(r, "value") == null
                ? "unknown" + EventSentences.words(" (", r, "unknown") + (text(r, "unknown") == null ? "" : ")")
                : quantity(number(r, "value"), unit);
        return text(r, "detector", "?") + ": " + value + " against " + quantity(number(r, "threshold"), unit)
                + (r.getValue("holds") == Boolean.TRUE ? " → holds" : " → does not hold");
    }

    private static String quantity(@org.jspecify.annotations.Nullable Number value, String unit) {
        if (value == null) {
            return "?";
        }
        return switch (unit) {
            case "share", "ratio" -> Units.percent(value.doubleValue() * 100);
            case "percent" -> Units.percent(value);
            case "bytes" -> Units.bytes(value);
            default -> Units.decimal(value.doubleValue()) + (unit.isEmpty() || unit.equals("count") ? "" : " " + unit);
        };
    }

    private static String candidate(JsonObject c) {
        Number score = number(c, "score");
        return (c.getValue("chosen") == Boolean.TRUE ? "▶ " : "  ") + text(c, "group", "?") + ": "
                + (score == null ? "no score" : "score " + Units.decimal(score.doubleValue()))
                + EventSentences.words(", ", c, "basis")
                + (c.getValue("chosen") == Boolean.TRUE ? ", chosen" : "");
    }

    private static String order(JsonObject o) {
        StringBuilder line = new StringBuilder(text(o, "do", "?"));
        for (String name : o.fieldNames()) {
            if (!name.equals("do") && o.getValue(name) != null) {
                line.append(' ').append(name).append('=').append(o.getValue(name));
            }
        }
        return line.toString();
    }
}
