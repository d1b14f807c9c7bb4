package io.vigia.supervisor.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects everything that is wrong with one file, so that one look shows it all. One thread. */
final class Findings {
    /** What a hostile or hopeless file may cost. */
    private static final int MOST = 200;

    private static final Comparator<Diagnostic> BY_PLACE = Comparator.comparingInt(
                    (Diagnostic found) -> found.at().line())
            .thenComparingInt(found -> found.at().column());

    private final String file;
    private final List<Diagnostic> all = new ArrayList<>();

    Findings(String file) {
        this.file = file;
    }

    void add(Position at, String field, String message) {
        if (all.size() < MOST) {
            all.add(new Diagnostic(file, at, field, message));
        }
    }

    void addAll(List<Diagnostic> more) {
        all.addAll(more.subList(0, Math.min(more.size(), MOST - all.size())));
    }

    /** Grows with each finding; the same before and after a piece of work means that it found nothing. */
    int count() {
        return all.size();
    }

    /** From the file's beginning to its end. */
    List<Diagnostic> list() {
        return all.stream().sorted(BY_PLACE).toList();
    }
}
