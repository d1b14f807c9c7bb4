package io.vigia.supervisor.api;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.model.Problem;
import java.util.regex.Pattern;

/** What may stand where a path of the API names a group, a container or a policy. */
final class Names {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

    private Names() {}

    /**
     * A group's id or plain name from its raw segment. Only the one spelling that the API itself writes is taken, so that
     * nobody can name a group past a check by spelling it otherwise.
     */
    static String group(String rawSegment) {
        String id = Percent.segment(rawSegment);
        if (id.isEmpty()) {
            throw Problem.of(Problem.Kind.INVALID, "the group's id is missing (the root is %2F)")
                    .atField("id");
        }
        try {
            CgroupPath path = CgroupPath.ofId(id);
            if (!CgroupPath.escape(path.bytes()).equals(path.text())) {
                throw Problem.of(
                                Problem.Kind.INVALID,
                                "write '" + CgroupPath.escape(path.bytes()).substring(1)
                                        + "': \\xNN is for bytes that are not UTF-8")
                        .atField("id");
            }
            return path.id();
        } catch (IllegalArgumentException e) {
            throw Problem.of(
                            Problem.Kind.INVALID,
                            e.getMessage() + " (an id is the cgroup path without its first slash, percent-encoded)")
                    .atField("id");
        }
    }

    /** What was given out as the id of a group, and may have been tampered with since. */
    static String path(String id, String field) {
        try {
            return CgroupPath.ofId(id).id();
        } catch (IllegalArgumentException e) {
            throw Problem.of(Problem.Kind.INVALID, "not a '" + field + "' that was given out here")
                    .atField(field);
        }
    }

    /** A container's, policy's or decision's name. */
    static String plain(String rawSegment, String what) {
        String name = Percent.segment(rawSegment);
        if (!PLAIN.matcher(name).matches()) {
            throw Problem.of(
                            Problem.Kind.INVALID,
                            "a " + what + "'s name has letters, digits, '.', '_' and '-', and begins with one of the"
                                    + " first two")
                    .atField(what);
        }
        return name;
    }
}
