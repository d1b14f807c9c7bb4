package io.vigia.kernel.inotify;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.util.ArrayList;
import java.util.List;

/** Which cgroups are of interest: those that match a glob. Immutable. */
public final class Observed {
    private final List<String> globs;
    private final List<Glob> whole = new ArrayList<>();
    private final List<List<Segment>> segments = new ArrayList<>();

    /** Globs over paths with their slash: {@code *} within a segment, {@code **} across, several separated by commas. */
    public Observed(List<String> globs) {
        this.globs = List.copyOf(globs);
        for (String text : globs) {
            for (String one : text.split(",", -1)) {
                whole.add(Glob.ofPath(one));
                segments.add(segmentsOf(one.startsWith("/") ? one.substring(1) : one));
            }
        }
    }

    private static List<Segment> segmentsOf(String glob) {
        List<Segment> all = new ArrayList<>();
        for (String segment : glob.split("/", -1)) {
            all.add(new Segment(segment.contains("**"), Glob.ofName(segment)));
        }
        return all;
    }

    public boolean matches(CgroupPath path) {
        return whole.stream().anyMatch(glob -> glob.matches(path.text()));
    }

    /** Whether something below {@code path} can match, so that its directory must be watched. */
    public boolean mayContain(CgroupPath path) {
        List<String> names = path.isRoot() ? List.of() : List.of(path.id().split("/", -1));
        return segments.stream().anyMatch(pattern -> mayContain(pattern, names));
    }

    private static boolean mayContain(List<Segment> pattern, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (i >= pattern.size()) {
                return false;
            }
            Segment segment = pattern.get(i);
            if (segment.across()) {
                return true;
            }
            if (!segment.glob().matches(names.get(i))) {
                return false;
            }
        }
        return names.size() < pattern.size();
    }

    @Override
    public String toString() {
        return globs.toString();
    }

    private record Segment(boolean across, Glob glob) {}
}
