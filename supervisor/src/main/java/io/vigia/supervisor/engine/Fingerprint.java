package io.vigia.supervisor.engine;

import io.vigia.supervisor.config.ContainerSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** What of a container a running process cannot change, in short: if it differs, only a restart helps. */
final class Fingerprint {
    private static final int BYTES = 8;

    private Fingerprint() {}

    static String of(ContainerSpec spec) {
        String text = spec.command() + "\n" + new TreeMap<>(spec.env()) + "\n" + spec.workdir() + "\n" + spec.nice();
        if (spec.ioPriority() != null || !spec.rlimits().isEmpty() || spec.user() != null) {
            text += "\n" + spec.ioPriority() + "\n" + spec.rlimits() + "\n" + spec.user();
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
