package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes several limits of one cgroup, all or nothing: what was written is written back in reverse when a later one is
 * refused. Blocking; worker threads only.
 */
final class LimitTransaction {
    private final Cgroup cgroup;
    private final Map<LimitFile, LimitValue> before;

    /** @param before the values to go back to; must cover every file that {@link #write} is given */
    LimitTransaction(Cgroup cgroup, Map<LimitFile, LimitValue> before) {
        this.cgroup = cgroup;
        this.before = before;
    }

    /**
     * @return what the kernel reads back
     * @throws Problem when the kernel refused one; the others are as they were, or the detail says which are not
     */
    Map<LimitFile, LimitValue> write(Map<LimitFile, LimitValue> wanted) {
        EnumMap<LimitFile, LimitValue> after = new EnumMap<>(LimitFile.class);
        List<LimitFile> begun = new ArrayList<>();
        for (Map.Entry<LimitFile, LimitValue> one : wanted.entrySet()) {
            LimitFile file = one.getKey();
            begun.add(file);
            try {
                after.put(file, requireKnown(file, cgroup.writeLimit(file, one.getValue())));
            } catch (KernelException e) {
                throw refused(file, one.getValue(), e.errno(), String.valueOf(e.getMessage()), rollBack(begun));
            } catch (Problem p) {
                List<String> stuck = rollBack(begun);
                throw stuck.isEmpty() ? p : refused(file, one.getValue(), p.errno(), p.getMessage(), stuck);
            }
        }
        return after;
    }

    private LimitValue requireKnown(LimitFile file, Reading<LimitValue> reading) {
        return switch (reading) {
            case Reading.Known<LimitValue>(LimitValue value) -> value;
            case Reading.Gone<LimitValue>() -> throw gone(cgroup);
            case Reading.Unknown<LimitValue>(String why) ->
                throw Problem.of(Problem.Kind.UNSUPPORTED, file.fileName() + " is not supported here: " + why)
                        .atField(file.fileName());
        };
    }

    // The refused file is written back too: on a v1 hierarchy one limit can be two kernel files.
    private List<String> rollBack(List<LimitFile> begun) {
        List<LimitFile> reversed = new ArrayList<>(begun);
        Collections.reverse(reversed);
        List<String> stuck = new ArrayList<>();
        for (LimitFile file : reversed) {
            LimitValue old = before.get(file);
            if (old == null) {
                continue;
            }
            try {
                cgroup.writeLimit(file, old);
            } catch (KernelException e) {
                if (!old.equals(cgroup.readLimit(file).orNull())) {
                    stuck.add(file.fileName() + " (" + e.getMessage() + ")");
                }
            }
        }
        return stuck;
    }

    private Problem refused(LimitFile file, LimitValue value, int errno, String why, List<String> stuck) {
        String rest = stuck.isEmpty()
                ? "nothing was changed"
                : "and these could not be set back: " + String.join(", ", stuck) + "; set them by hand";
        // Busy with what the group uses now, as WouldKill would have found where the kernel says in advance what it can
        // reclaim.
        Problem.Kind kind = errno == Errno.EBUSY ? Problem.Kind.CONFLICT : Problem.Kind.KERNEL;
        return Problem.of(
                        kind,
                        "the kernel refused '" + value.kernelText() + "' for " + file.fileName() + " of "
                                + cgroup.path() + ": " + why + hint(file, errno) + "; " + rest)
                .atFile(file.fileName(), errno)
                .atField(file.fileName());
    }

    private static String hint(LimitFile file, int errno) {
        return switch (errno) {
            case Errno.EBUSY ->
                " (" + file.fileName()
                        + " is below what the group uses and cannot be reclaimed; stop or shrink it first)";
            case Errno.EINVAL -> " (outside of what this kernel, or a limit of the parent group, allows)";
            case Errno.EPERM, Errno.EACCES, Errno.EROFS ->
                " (vigia needs write access to the cgroup tree; run it as root or in a delegated unit)";
            default -> "";
        };
    }

    static Problem gone(Cgroup cgroup) {
        return Problem.of(Problem.Kind.NOT_FOUND, "group " + cgroup.path().id() + " ended meanwhile");
    }
}
