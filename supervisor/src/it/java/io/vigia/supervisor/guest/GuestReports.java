package io.vigia.supervisor.guest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Tells each test on the console as it ends, and writes the report of a class when the class ends: what hangs later costs
 * no result that was there. Tests end one after the other.
 */
final class GuestReports implements TestExecutionListener {
    private enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    private record Case(String name, double seconds, Outcome outcome, String why, String trace) {}

    private final Path folder;
    private final String kernel;
    private final Map<String, Long> started = new LinkedHashMap<>();
    private final List<Case> cases = new ArrayList<>();
    private int tests;
    private int skipped;
    private int failures;

    GuestReports(Path folder, String kernel) {
        this.folder = folder;
        this.kernel = kernel;
    }

    boolean failed() {
        return failures > 0;
    }

    String summary() {
        return tests + " on " + kernel + ", of which skipped: " + skipped + ", failed: " + failures;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        // A class that is skipped as a whole is one case: its tests were never looked at.
        String name = isClass(test) ? "(all)" : name(test);
        add(test, new Case(name, 0, Outcome.SKIPPED, reason, ""));
        if (isClass(test)) {
            write(className(test));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Long start = started.remove(test.getUniqueId());
        double seconds = start == null ? 0 : (System.nanoTime() - start) / 1e9;
        boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (test.isTest() || !passed) {
            Throwable cause = result.getThrowable().orElse(null);
            Outcome outcome = switch (result.getStatus()) {
                case SUCCESSFUL -> Outcome.PASSED;
                case ABORTED -> Outcome.SKIPPED;
                case FAILED -> Outcome.FAILED;
            };
            String why = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
            add(test, new Case(name(test), seconds, outcome, why, trace(cause)));
        }
        if (isClass(test)) {
            write(className(test));
        }
    }

    private void add(TestIdentifier test, Case done) {
        tests++;
        skipped += done.outcome == Outcome.SKIPPED ? 1 : 0;
        failures += done.outcome == Outcome.FAILED ? 1 : 0;
        cases.add(done);
        System.out.printf(
                Locale.ROOT,
                "%-7s %6.2f s  %s.%s %s%n",
                done.outcome.toString().toLowerCase(Locale.ROOT),
                done.seconds,
                simpleClassName(test),
                done.name,
                done.outcome == Outcome.PASSED ? "" : done.outcome == Outcome.SKIPPED ? done.why : done.trace);
    }

    private void write(String className) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        String label = className + " [" + kernel + "]";
        xml.append(String.format(
                Locale.ROOT,
                "<testsuite name=\"%s\" time=\"%.3f\" tests=\"%d\" errors=\"0\" skipped=\"%d\" failures=\"%d\">%n",
                escaped(label),
                cases.stream().mapToDouble(Case::seconds).sum(),
                cases.size(),
                count(Outcome.SKIPPED),
                count(Outcome.FAILED)));
        for (Case one : cases) {
            xml.append(String.format(
                    Locale.ROOT,
                    "  <testcase name=\"%s\" classname=\"%s\" time=\"%.3f\">",
                    escaped(one.name),
                    escaped(label),
                    one.seconds));
            switch (one.outcome) {
                case PASSED -> {}
                case SKIPPED ->
                    xml.append("<skipped message=\"").append(escaped(one.why)).append("\"/>");
                case FAILED ->
                    xml.append("<failure message=\"")
                            .append(escaped(one.why))
                            .append("\">")
                            .append(escaped(one.trace))
                            .append("</failure>");
            }
            xml.append("</testcase>\n");
        }
        xml.append("</testsuite>\n");
        cases.clear();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("TEST-" + className + "-" + kernel.replace(' ', '-') + ".xml"), xml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long count(Outcome outcome) {
        return cases.stream().filter(c -> c.outcome == outcome).count();
    }

    private static boolean isClass(TestIdentifier test) {
        return test.getSource().orElse(null) instanceof ClassSource;
    }

    private static String className(TestIdentifier test) {
        return switch (test.getSource().orElse(null)) {
            case ClassSource source -> source.getClassName();
            case MethodSource source -> source.getClassName();
            case null, default -> test.getDisplayName();
        };
    }

    private static String simpleClassName(TestIdentifier test) {
        String name = className(test);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** As surefire names it: the method, and the invocation of a repeated or parameterised one. */
    private static String name(TestIdentifier test) {
        if (test.getSource().orElse(null) instanceof MethodSource source) {
            String method = source.getMethodName();
            String shown = test.getDisplayName();
            return shown.startsWith(method) ? method : method + " " + shown;
        }
        return test.getDisplayName();
    }

    private static String trace(@Nullable Throwable cause) {
        if (cause == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** XML 1.0 has no way to write most control characters. */
    private static String escaped(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
