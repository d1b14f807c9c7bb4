package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code kernel}: the release, and what an old one lacks. */
public final class KernelVersionCheck implements DoctorCheck {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

    private final String release;

    public KernelVersionCheck() {
        this(System.getProperty("os.version", ""));
    }

    /** @param release as {@code uname -r} prints it */
    KernelVersionCheck(String release) {
        this.release = release;
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public Support probe() {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return new Support.Degraded("the release '" + release + "' cannot be read", "");
        }
        int version = Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2));
        if (version < 5_003) {
            return new Support.Missing(release + " has no pidfds", "use Linux 5.3 or newer; 5.19 has everything");
        }
        List<String> lost = new ArrayList<>();
        if (version < 5_014) {
            lost.add("cgroup.kill (5.14; freezing and pidfds stand in)");
        }
        if (version < 5_019) {
            lost.add("memory.reclaim (5.19)");
        }
        return lost.isEmpty()
                ? new Support.Available(release)
                : new Support.Degraded(release + " lacks " + String.join(", ", lost), "use Linux 5.19 or newer");
    }
}
