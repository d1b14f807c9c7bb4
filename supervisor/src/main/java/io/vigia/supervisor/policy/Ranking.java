package io.vigia.supervisor.policy;

import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who goes first. */
final class Ranking {
    private Ranking() {}

    static String basis(RungAction.Rank rank, Resource resource) {
        return switch (rank) {
            case MEMORY -> "memory.current, bytes";
            case MEMORY_GROWTH -> "growth of memory.current, bytes per second";
            case PRESSURE -> resource.kernelName() + " pressure some avg10, percent";
            case PIDS -> "pids.current";
        };
    }

    static Reading<Double> score(
            Candidate c, RungAction.Rank rank, Resource resource, @Nullable Baseline base, Moment now) {
        return switch (rank) {
            case MEMORY -> Readings.memoryBytes(c.usage()).map(Long::doubleValue);
            case MEMORY_GROWTH -> growth(c, base, now);
            case PIDS -> c.usage().pids().map(Long::doubleValue);
            case PRESSURE -> {
                Pressure pressure = c.usage().pressure(resource).orNull();
                PressureStall some = pressure == null ? null : pressure.some();
                yield some == null
                        ? Reading.unknown(resource.kernelName() + " pressure is not known")
                        : Reading.known(some.avg10());
            }
        };
    }

    /** A group that the baseline does not have grew from nothing. */
    private static Reading<Double> growth(Candidate c, @Nullable Baseline base, Moment now) {
        if (base == null || now.nanos() - base.nanos() <= 0) {
            return Reading.unknown("its growth is not measured yet");
        }
        double seconds = (now.nanos() - base.nanos()) / 1e9;
        long before = base.memoryBytes().getOrDefault(c.id(), 0L);
        return Readings.memoryBytes(c.usage()).map(bytes -> (bytes - before) / seconds);
    }

    /** The biggest process, for {@code TREE} with its descendants; never PID 1 or vigia itself. Empty: there is none. */
    static List<ProcessId> processes(Candidate c, RungAction.Scope scope) {
        List<Candidate.Member> allowed = c.members().stream()
                .filter(m -> !m.own() && m.process().pid() != 1)
                .toList();
        Candidate.Member top = allowed.stream()
                .max(Comparator.comparingLong(Candidate.Member::rssBytes)
                        .thenComparingInt(m -> -m.process().pid()))
                .orElse(null);
        if (top == null) {
            return List.of();
        }
        return scope == RungAction.Scope.TREE ? tree(top, allowed) : List.of(top.process());
    }

    private static List<ProcessId> tree(Candidate.Member top, List<Candidate.Member> allowed) {
        List<ProcessId> found = new ArrayList<>(List.of(top.process()));
        Set<Integer> pids = new HashSet<>(Set.of(top.process().pid()));
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Candidate.Member m : allowed) {
                if (pids.contains(m.parentPid()) && pids.add(m.process().pid())) {
                    found.add(m.process());
                    grew = true;
                }
            }
        }
        return found;
    }
}
