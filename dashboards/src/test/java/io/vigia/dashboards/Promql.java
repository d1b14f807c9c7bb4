package io.vigia.dashboards;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of the query language as the checks here need; that a query parses at all is for Prometheus to say. */
final class Promql {
    private static final Set<String> WORDS = Set.of(
            "by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset");
    private static final Set<String> LABEL_LISTS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern COMPARISON = Pattern.compile("==|!=|>=|<=|>|<");

    private Promql() {}

    /**
     * A series that is asked for.
     *
     * @param matchers what stands between the braces
     * @param function the innermost function or aggregation around it, empty where there is none
     * @param window what stands between the brackets, empty for an instant
     */
    record Selector(String metric, String matchers, String function, String window) {}

    static List<Selector> selectors(String expr) {
        List<Selector> all = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        String pending = "";
        Matcher name = NAME.matcher(expr);
        for (int i = 0; i < expr.length(); i++) {
            char c = expr.charAt(i);
            if (c == '"' || c == '\'' || c == '`') {
                i = endOfString(expr, i);
            } else if (c == '(') {
                functions.add(pending);
                pending = "";
            } else if (c == ')') {
                functions.removeLast();
            } else if (c == '[') {
                i = expr.indexOf(']', i);
            } else if (Character.isDigit(c)) {
                i = endOfNumber(expr, i);
            } else if (name.region(i, expr.length()).lookingAt()) {
                int end = name.end();
                int next = afterBlanks(expr, end);
                boolean called = next < expr.length() && expr.charAt(next) == '(';
                if (LABEL_LISTS.contains(name.group()) && called) {
                    end = expr.indexOf(')', next) + 1;
                } else if (!WORDS.contains(name.group())) {
                    // An aggregation names its labels before its parenthesis: sum by (x) (…).
                    boolean aggregates = expr.startsWith("by ", next) || expr.startsWith("without ", next);
                    if (called || aggregates) {
                        pending = name.group();
                    } else {
                        int matchersEnd = next < expr.length() && expr.charAt(next) == '{' ? closing(expr, next) : end;
                        String matchers = matchersEnd > end ? expr.substring(next + 1, matchersEnd - 1) : "";
                        int bracket = afterBlanks(expr, matchersEnd);
                        String window = bracket < expr.length() && expr.charAt(bracket) == '['
                                ? expr.substring(bracket + 1, expr.indexOf(']', bracket))
                                : "";
                        all.add(new Selector(
                                name.group(), matchers, functions.isEmpty() ? "" : functions.getLast(), window));
                        end = matchersEnd;
                    }
                }
                i = end - 1;
            }
        }
        return all;
    }

    /**
     * What an alert looks at, without the threshold that makes it fire: comparisons with a number outside of all
     * parentheses are taken away, and of {@code absent(X)} stays X.
     */
    static String withoutThreshold(String expr) {
        String inner = expr.strip();
        if (inner.startsWith("absent(") && inner.endsWith(")")) {
            return inner.substring("absent(".length(), inner.length() - 1);
        }
        StringBuilder left = new StringBuilder();
        int depth = 0;
        int kept = 0;
        Matcher comparison = COMPARISON.matcher(inner);
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '"' || c == '\'' || c == '`') {
                i = endOfString(inner, i);
            } else if (c == '(' || c == '{' || c == '[') {
                depth++;
            } else if (c == ')' || c == '}' || c == ']') {
                depth--;
            } else if (depth == 0 && comparison.region(i, inner.length()).lookingAt()) {
                left.append(inner.substring(kept, i).stripTrailing());
                kept = endOfNumber(inner, afterBlanks(inner, comparison.end())) + 1;
                i = kept - 1;
            }
        }
        if (kept == 0) {
            throw new IllegalArgumentException("no threshold in: " + expr);
        }
        return left.append(inner.substring(kept)).toString();
    }

    private static int afterBlanks(String expr, int from) {
        int i = from;
        while (i < expr.length() && Character.isWhitespace(expr.charAt(i))) {
            i++;
        }
        return i;
    }

    private static int endOfString(String expr, int open) {
        char quote = expr.charAt(open);
        int i = open + 1;
        while (expr.charAt(i) != quote) {
            i += expr.charAt(i) == '\\' && quote != '`' ? 2 : 1;
        }
        return i;
    }

    private static int endOfNumber(String expr, int from) {
        int i = from;
        while (i + 1 < expr.length() && (Character.isLetterOrDigit(expr.charAt(i + 1)) || expr.charAt(i + 1) == '.')) {
            i++;
        }
        return i;
    }

    private static int closing(String expr, int open) {
        int i = open + 1;
        while (expr.charAt(i) != '}') {
            char c = expr.charAt(i);
            i = (c == '"' || c == '\'' || c == '`' ? endOfString(expr, i) : i) + 1;
        }
        return i + 1;
    }
}
