package io.vigia.supervisor.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The word {@code pod} in variables that are lists of globs: the groups of the pod whose UID stands in {@code VIGIA_POD_UID}, as
 * Kubernetes' downward API gives it. Only in variables, because a file is the same for every pod.
 */
final class PodGroups {
    static final String WORD = "pod";
    static final String UID = "POD_UID";

    private static final Pattern UID_TEXT = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private PodGroups() {}

    /**
     * @param list separated by commas
     * @throws IllegalArgumentException where it asks for the pod and there is no UID
     */
    static String expand(String list, String uid) {
        List<String> items = new ArrayList<>();
        for (String item : list.split(",", -1)) {
            if (item.strip().equals(WORD)) {
                if (!UID_TEXT.matcher(uid).matches()) {
                    throw new IllegalArgumentException(
                            uid.isEmpty()
                                    ? "asks for the groups of the pod, and VIGIA_POD_UID is not set: give it"
                                            + " metadata.uid by Kubernetes' downward API"
                                    : "asks for the groups of the pod, and VIGIA_POD_UID='" + uid
                                            + "' is no pod's UID");
                }
                items.addAll(globs(uid));
            } else {
                items.add(item);
            }
        }
        return String.join(",", items);
    }

    /** The pod's own cgroup and all below it. The systemd driver writes {@code _} for each dash of the UID and ends in .slice. */
    private static List<String> globs(String uid) {
        String cgroupfs = "/**/pod" + uid;
        String systemd = "/**-pod" + uid.replace('-', '_') + ".slice";
        return List.of(cgroupfs, cgroupfs + "/**", systemd, systemd + "/**");
    }
}
