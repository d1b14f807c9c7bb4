package io.vigia.kernel.psi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The effective capabilities of this process (capabilities(7), /proc/self/status). */
final class Capability {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    private static final int CAP_SYS_RESOURCE = 24;

    private Capability() {}

    static boolean hasSysResource() {
        try {
            return hasSysResource(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false;
        }
    }

    static boolean hasSysResource(String status) {
        return status.lines()
                .filter(line -> line.startsWith(EFFECTIVE))
                .map(line -> Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).strip(), 16))
                .anyMatch(set -> (set >>> CAP_SYS_RESOURCE & 1) != 0);
    }
}
