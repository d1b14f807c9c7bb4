package io.vigia.supervisor.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which descriptors are terminals; Java asks the kernel for all three at once only. */
public final class Terminals {
    private Terminals() {}

    /** @param descriptor 0, 1 or 2 of this process */
    public static boolean isTerminal(int descriptor) {
        String target = target(descriptor);
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** Or a socket: somebody reads it who may stop. */
    public static boolean isPipe(int descriptor) {
        String target = target(descriptor);
        return target.startsWith("pipe:") || target.startsWith("socket:");
    }

    private static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }
}
