package io.vigia.supervisor.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which descriptors are terminals; Java asks the kernel for all three at once only. */
public final class Terminals {
    private Terminals() {}

    /** @param descriptor 0, 1 or 2 of this process */
    public static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
