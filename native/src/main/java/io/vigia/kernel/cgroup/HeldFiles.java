package io.vigia.kernel.cgroup;

import io.vigia.kernel.sys.Fd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The descriptors held of one directory, by file name. Small arrays, as there are many directories. Thread-safe. */
final class HeldFiles {
    private static final String[] NO_NAMES = {};
    private static final Fd[] NO_FILES = {};

    private final DescriptorBudget budget;
    private volatile Held held = new Held(NO_NAMES, NO_FILES);

    HeldFiles(DescriptorBudget budget) {
        this.budget = budget;
    }

    private static final class Held {
        final String[] names;
        final Fd[] files;

        Held(String[] names, Fd[] files) {
            this.names = names;
            this.files = files;
        }
    }

    /** {@code null} when it is not held. It may be closed at any time: acquire before use. */
    @Nullable
    Fd get(String name) {
        Held now = held;
        for (int i = 0; i < now.names.length; i++) {
            if (now.names[i].equals(name)) {
                return now.files[i];
            }
        }
        return null;
    }

    /** Takes the descriptor over if the budget allows; otherwise the caller keeps it. */
    synchronized boolean offer(String name, Fd file) {
        if (get(name) != null || !budget.take()) {
            return false;
        }
        Held now = held;
        int length = now.names.length;
        String[] names = Arrays.copyOf(now.names, length + 1);
        Fd[] files = Arrays.copyOf(now.files, length + 1);
        names[length] = name;
        files[length] = file;
        held = new Held(names, files);
        return true;
    }

    synchronized void closeAll() {
        Held now = held;
        held = new Held(NO_NAMES, NO_FILES);
        for (Fd file : now.files) {
            file.close();
        }
        budget.giveBack(now.files.length);
    }
}
