package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;

/** One line of {@code vigia doctor}: what this host allows. May block for some milliseconds; any thread. */
public interface DoctorCheck {
    /** As {@code vigia doctor} lists it, for example {@code controller.memory}. */
    String name();

    /** What is there, and if not in full, what is lost and what would help. Never throws. */
    Support probe();
}
