package io.vigia.kernel.cgroup;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who made a cgroup, as its path tells.
 *
 * @param engine for example {@code systemd}, {@code kubernetes}, {@code docker}
 * @param details what the path says beyond that, by the names in {@link MakerRecogniser}; sorted
 */
public record CgroupMaker(String engine, Map<String, String> details) {
    /** Nothing in the path is known. */
    public static final CgroupMaker UNKNOWN = new CgroupMaker("unknown", Map.of());

    public CgroupMaker {
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    static CgroupMaker of(String engine, String... pairs) {
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (!pairs[i + 1].isEmpty()) {
                details.put(pairs[i], pairs[i + 1]);
            }
        }
        return new CgroupMaker(engine, details);
    }
}
