package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /proc/PID/cgroup}, as cgroups(7) describes it: where a process is in each hierarchy.
 *
 * @param places in the file's order
 */
public record CgroupMembership(List<Place> places) {
    private static final String DELETED = " (deleted)";

    public CgroupMembership {
        places = List.copyOf(places);
    }

    /**
     * One hierarchy.
     *
     * @param controllers v1 controllers or {@code name=…}; empty for the v2 tree
     * @param path as the kernel prints it: relative to this process's cgroup namespace, so it may start with {@code /..}
     * @param deleted whether the cgroup has been removed while the process was still in it
     */
    public record Place(Set<String> controllers, String path, boolean deleted) {
        public Place {
            controllers = Set.copyOf(controllers);
        }

        /** {@code null} when the place lies outside of this cgroup namespace. */
        public @Nullable CgroupPath cgroupPath() {
            return path.equals("/..") || path.startsWith("/../") ? null : new CgroupPath(path);
        }
    }

    /** @param raw the file's text decoded as ISO-8859-1, so that every byte is a character */
    public static CgroupMembership parse(String raw) {
        List<Place> places = new ArrayList<>();
        for (String line : raw.split("\n")) {
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            if (first < 0 || second < 0) {
                continue;
            }
            String controllers = line.substring(first + 1, second);
            String path = line.substring(second + 1);
            boolean deleted = path.endsWith(DELETED);
            if (deleted) {
                path = path.substring(0, path.length() - DELETED.length());
            }
            places.add(new Place(
                    controllers.isEmpty() ? Set.of() : Set.of(controllers.split(",")),
                    CgroupPath.escape(path.getBytes(StandardCharsets.ISO_8859_1)),
                    deleted));
        }
        return new CgroupMembership(places);
    }

    /** The v2 place, or {@code null} where no v2 tree is known. */
    public @Nullable Place unified() {
        return places.stream()
                .filter(p -> p.controllers().isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** The v1 hierarchy with this controller, or {@code null}. */
    public @Nullable Place of(String v1Controller) {
        return places.stream()
                .filter(p -> p.controllers().contains(v1Controller))
                .findFirst()
                .orElse(null);
    }
}
