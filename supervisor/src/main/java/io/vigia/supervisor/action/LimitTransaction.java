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
import org.jspecify.annotations.Nullable;

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

    /**
     * The refused file is written back too: on a v1 hierarchy one limit can be two kernel files.
     *
     * @return what is not known to be as it was, and why
     * @throws Problem of kind NOT_FOUND when the group ended: then nothing is left to be set back
     */
    private List<String> rollBack(List<LimitFile> begun) {
        List<LimitFile> reversed = new ArrayList<>(begun);
        Collections.reverse(reversed);
        Map<LimitFile, String> stuck = new EnumMap<>(LimitFile.class);
        for (LimitFile file : reversed) {
            putBack(file, stuck);
        }
        // v1 limits memory and swap together: the one may have to be back before the other can be, and moves it.
        for (Map.Entry<LimitFile, LimitValue> one : before.entrySet()) {
            LimitFile file = one.getKey();
            boolean other = cgroup.readLimit(file) instanceof Reading.Known<LimitValue>(LimitValue now)
                    && !now.equals(one.getValue());
            if (other || stuck.containsKey(file)) {
                putBack(file, stuck);
            }
        }
        return stuck.entrySet().stream()
                .map(one -> one.getKey().fileName() + " (" + one.getValue() + ")")
                .toList();
    }

    private void putBack(LimitFile file, Map<LimitFile, String> stuck) {
        LimitValue old = before.get(file);
        String why = old == null ? null : writeBack(file, old);
        if (why == null) {
            stuck.remove(file);
        } else {
            stuck.put(file, why);
        }
    }

    /** Why the old value is not known to be back; {@code null} where it is. */
    private @Nullable String writeBack(LimitFile file, LimitValue old) {
        String refused = null;
        try {
            if (old.equals(cgroup.writeLimit(file, old).orNull())) {
                return null;
            }
        } catch (KernelException e) {
            refused = String.valueOf(e.getMessage());
        }
        // Refused because it is back already, or written and not readable for a moment.
        Reading<LimitValue> now = cgroup.readLimit(file);
        if (now instanceof Reading.Gone<LimitValue> && cgroup.state() instanceof Reading.Gone<Cgroup.State>) {
            throw gone(cgroup);
        }
        if (old.equals(now.orNull())) {
            return null;
        }
        if (refused != null) {
            return refused;
        }
        return switch (now) {
            case Reading.Known<LimitValue>(LimitValue value) -> "it is '" + value.kernelText() + "' now";
            case Reading.Gone<LimitValue>() -> "its directory is gone";
            case Reading.Unknown<LimitValue>(String reason) -> reason;
        };
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
