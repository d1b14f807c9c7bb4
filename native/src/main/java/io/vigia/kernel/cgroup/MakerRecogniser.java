package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the maker of a cgroup from its path alone; pure. Details: {@code container} (its id), {@code runtime} (within
 * a pod), {@code podUid}, {@code qos}, {@code machine}, {@code unit}, {@code slice}, {@code user}, {@code name}, {@code task}.
 */
public final class MakerRecogniser {
    private static final String ID = "([0-9a-f]{64}|[0-9a-f]{32}-[0-9]+)";

    private record Rule(Pattern pattern, BiFunction<Matcher, List<String>, CgroupMaker> maker) {}

    /** Looked for in the whole path, the first that is found wins: the specific before the general. */
    private static final List<Rule> RULES = List.of(
            // Kata names its sandbox by a prefix, and what of it is not charged to the pod by another.
            rule("/kata_(?!overhead)([^/]+)", (m, s) -> CgroupMaker.of("kata", "container", m.group(1))),
            rule(
                    "/kata_overhead/([^/]+)",
                    (m, s) -> CgroupMaker.of("kata", "container", m.group(1), "role", "overhead")),
            rule("[/:]kata[_:-]([0-9a-f]{64})", (m, s) -> CgroupMaker.of("kata", "container", m.group(1))),
            // Kubernetes, systemd driver: kubepods-burstable-podUID.slice, dashes of the UID as underscores.
            rule(
                    "/(?:[a-z0-9_-]+-)?kubepods(?:-(besteffort|burstable))?-pod([0-9a-f_]{32,36})\\.slice(?:/([^/]+))?",
                    (m, s) -> pod(m.group(1), m.group(2).replace('_', '-'), m.group(3))),
            // Kubernetes, cgroupfs driver: kubepods/burstable/podUID/ID.
            rule(
                    "/kubepods(?:/(besteffort|burstable))?/pod([0-9a-f-]{32,36})(?:/([^/]+))?",
                    (m, s) -> pod(m.group(1), m.group(2), m.group(3))),
            rule(
                    "/(?:[a-z0-9_-]+-)?kubepods(?:\\.slice)?(?:/|$)",
                    (m, s) -> CgroupMaker.of("kubernetes", "qos", qosOnly(s))),
            rule("/libpod-(conmon-)?" + ID + "(?:\\.scope)?", (m, s) -> podman(m.group(1), m.group(2), s)),
            rule("/libpod_pod_([0-9a-f]{64})", (m, s) -> CgroupMaker.of("podman", "pod", m.group(1))),
            rule("/machine-libpod_pod_([0-9a-f]{64})\\.slice", (m, s) -> CgroupMaker.of("podman", "pod", m.group(1))),
            rule("/docker-([0-9a-f]{64})\\.scope", (m, s) -> CgroupMaker.of("docker", "container", m.group(1))),
            rule("/docker/([0-9a-f]{64})", (m, s) -> CgroupMaker.of("docker", "container", m.group(1))),
            rule(
                    "/crio-(conmon-)?([0-9a-f]{64})(?:\\.scope)?",
                    (m, s) -> CgroupMaker.of("cri-o", "container", m.group(2))),
            rule(
                    "/(?:cri-)?(?:containerd|nerdctl)-([0-9a-zA-Z_.-]+)\\.scope",
                    (m, s) -> CgroupMaker.of("containerd", "container", m.group(1))),
            rule(
                    "/([a-z0-9_.-]+\\.slice):(?:cri-containerd|nerdctl):([0-9a-zA-Z_.-]+)",
                    (m, s) -> CgroupMaker.of("containerd", "container", m.group(2))),
            rule(
                    "/(default|k8s\\.io|moby)/([0-9a-f]{64})$",
                    (m, s) -> CgroupMaker.of("containerd", "container", m.group(2), "namespace", m.group(1))),
            rule(
                    "/lxc\\.(payload|monitor)[./]([^/]+)",
                    (m, s) -> CgroupMaker.of("lxc", "name", m.group(2), "role", m.group(1))),
            rule("/lxc/([^/]+)", (m, s) -> CgroupMaker.of("lxc", "name", m.group(1))),
            rule("/firecracker/([^/]+)", (m, s) -> CgroupMaker.of("firecracker", "name", m.group(1))),
            rule("/mesos(?:_executors\\.slice)?/([^/]+)", (m, s) -> CgroupMaker.of("mesos", "task", m.group(1))),
            rule(
                    "/machine\\.slice/machine-(.+?)\\.scope",
                    (m, s) -> CgroupMaker.of("systemd-nspawn", "machine", systemdUnescape(m.group(1)))),
            rule(
                    "/machine\\.slice/systemd-nspawn@(.+?)\\.service",
                    (m, s) -> CgroupMaker.of("systemd-nspawn", "machine", systemdUnescape(m.group(1)))),
            rule(
                    "/vigia/([^/]+)(?:/([^/]+))?",
                    (m, s) -> CgroupMaker.of("vigia", "name", m.group(1), "container", orEmpty(m.group(2)))));

    private MakerRecogniser() {}

    public static CgroupMaker recognise(CgroupPath path) {
        List<String> segments = segments(path);
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(path.text());
            if (matcher.find()) {
                return rule.maker().apply(matcher, segments);
            }
        }
        return systemd(segments);
    }

    private static Rule rule(String pattern, BiFunction<Matcher, List<String>, CgroupMaker> maker) {
        return new Rule(Pattern.compile(pattern), maker);
    }

    private static CgroupMaker pod(@Nullable String qos, String uid, @Nullable String leaf) {
        String runtime = "";
        String container = "";
        if (leaf != null) {
            String name = leaf.endsWith(".scope") ? leaf.substring(0, leaf.length() - ".scope".length()) : leaf;
            int dash = name.lastIndexOf('-');
            String prefix = dash < 0 ? "" : name.substring(0, dash);
            container = dash < 0 ? name : name.substring(dash + 1);
            runtime = switch (prefix) {
                case "cri-containerd" -> "containerd";
                case "crio", "crio-conmon" -> "cri-o";
                case "docker" -> "docker";
                default -> prefix;
            };
        }
        return CgroupMaker.of(
                "kubernetes",
                "qos",
                qos == null ? "guaranteed" : qos.toLowerCase(Locale.ROOT),
                "podUid",
                uid,
                "runtime",
                runtime,
                "container",
                container);
    }

    private static String qosOnly(List<String> segments) {
        String last = segments.getLast();
        return last.contains("besteffort") ? "besteffort" : last.contains("burstable") ? "burstable" : "";
    }

    private static CgroupMaker podman(@Nullable String conmon, String id, List<String> segments) {
        return CgroupMaker.of(
                "podman", "container", id, "role", conmon == null ? "" : "conmon", "user", rootless(segments));
    }

    private static String rootless(List<String> segments) {
        for (String segment : segments) {
            Matcher user = USER.matcher(segment);
            if (user.matches()) {
                return user.group(1);
            }
        }
        return "";
    }

    private static final Pattern USER = Pattern.compile("user(?:-|@)([0-9]+)\\.(?:slice|service)");
    private static final Pattern UNIT = Pattern.compile(".+\\.(service|scope|slice|socket|mount|swap)");

    // The innermost unit says what it is; the slices above say where.
    private static CgroupMaker systemd(List<String> segments) {
        String unit = "";
        String slice = "";
        for (String segment : segments) {
            if (segment.endsWith(".slice")) {
                slice = segment;
            } else if (UNIT.matcher(segment).matches()) {
                unit = segment;
            }
        }
        if (segments.size() == 1 && segments.getFirst().equals("init.scope")) {
            return CgroupMaker.of("systemd", "unit", "init.scope");
        }
        return unit.isEmpty() && slice.isEmpty()
                ? CgroupMaker.UNKNOWN
                : CgroupMaker.of("systemd", "unit", systemdUnescape(unit), "slice", slice, "user", rootless(segments));
    }

    /** {@code \x2d} as systemd.unit(5) writes it; in a {@link CgroupPath} its backslash is doubled. */
    private static String systemdUnescape(String text) {
        Matcher matcher = ESCAPE.matcher(text);
        return matcher.replaceAll(
                m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 16))));
    }

    private static final Pattern ESCAPE = Pattern.compile("\\\\\\\\x([0-7][0-9a-f])");

    private static List<String> segments(CgroupPath path) {
        return path.isRoot()
                ? List.of("")
                : new ArrayList<>(Arrays.asList(path.text().substring(1).split("/")));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
