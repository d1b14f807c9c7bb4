package io.vigia.supervisor.group;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.function.Predicate;

/**
 * What vigia may touch: what it manages, and what {@code enforce} names. Never the cgroup that vigia itself is in, nor
 * one above it.
 */
public final class Enforcement {
    private final CgroupPath own;
    /** Read on workers, too. */
    private volatile List<Glob> enforce;

    private volatile List<Glob> protect;
    private final Predicate<CgroupPath> managed;

    public Enforcement(CgroupPath own, List<Glob> enforce, List<Glob> protect, Predicate<CgroupPath> managed) {
        this.own = own;
        this.enforce = List.copyOf(enforce);
        this.protect = List.copyOf(protect);
        this.managed = managed;
    }

    /** From here on. */
    public void change(List<Glob> enforced, List<Glob> protectedOnes) {
        enforce = List.copyOf(enforced);
        protect = List.copyOf(protectedOnes);
    }

    /** The cgroup that vigia runs in. */
    public CgroupPath own() {
        return own;
    }

    /** What may be touched beside managed groups. */
    public List<Glob> globs() {
        return enforce;
    }

    boolean holdsVigia(CgroupPath path) {
        return own.isWithin(path) || path.equals(own.child("supervisor"));
    }

    /** Whether the configuration says that no policy acts on it. */
    public boolean isProtected(CgroupPath path) {
        return protect.stream().anyMatch(glob -> glob.matches(path.text()));
    }

    /** Whether limits, freeze and signals are allowed at all. */
    public boolean mayTouch(CgroupPath path) {
        return !holdsVigia(path)
                && (managed.test(path) || enforce.stream().anyMatch(glob -> glob.matches(path.text())));
    }

    /** @throws Problem of kind REFUSED that says what would have to change */
    public void require(CgroupPath path, String what) {
        if (holdsVigia(path)) {
            throw Problem.of(
                    Problem.Kind.REFUSED,
                    "will not " + what + " " + path.id() + ": vigia itself runs in it or below it");
        }
        if (!mayTouch(path)) {
            throw Problem.of(
                    Problem.Kind.REFUSED,
                    "will not " + what + " " + path.id()
                            + ": it is observed only. Name it under 'enforce' in the configuration to let vigia act on"
                            + " it");
        }
    }
}
