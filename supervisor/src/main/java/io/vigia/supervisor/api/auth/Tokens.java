package io.vigia.supervisor.api.auth;

import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bearer tokens that are known, kept as SHA-256 only. Immutable. */
public final class Tokens {
    /** Nobody has one. */
    public static final Tokens NONE = new Tokens(List.of());

    private static final Set<PosixFilePermission> TOO_OPEN = Set.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final List<Entry> entries;

    Tokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads a file of lines {@code NAME ROLE TOKEN} or {@code NAME ROLE sha256:HEX}, or the same as YAML: a list of {@code
     * {name, role, token | sha256}}, bare or under {@code tokens:}. Blocking.
     *
     * @throws Problem when the file cannot be read, is open to others, or has a line that is none
     */
    public static Tokens load(Path file) {
        try {
            for (PosixFilePermission one : Files.getPosixFilePermissions(file)) {
                if (TOO_OPEN.contains(one)) {
                    throw Problem.of(
                            Problem.Kind.REFUSED,
                            "tokens file " + file + " is open to others (" + one + "): chmod 0600 " + file);
                }
            }
            return new Tokens(TokenLines.parse(Files.readString(file), file.toString()));
        } catch (IOException e) {
            throw Problem.of(Problem.Kind.INVALID, "tokens file " + file + " cannot be read: " + e);
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whose token it is, or {@code null}. Takes as long whether it is one or not. */
    public Principal.@Nullable Bearer find(String token) {
        byte[] hash = sha256(token);
        Principal.Bearer found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(hash, HexFormat.of().parseHex(entry.sha256()))) {
                found = new Principal.Bearer(entry.name(), entry.role());
            }
        }
        return found;
    }

    /** Whether the same ones let in the same people. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tokens tokens && tokens.entries.equals(entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** @param sha256 in 64 hexadecimal digits */
    record Entry(String name, Role role, String sha256) {
        /** @param secret the token, or {@code sha256:} and its hash in hexadecimal */
        static Entry of(String name, String role, String secret, String where) {
            Role known = Role.ofApiName(role)
                    .orElseThrow(() -> Problem.of(
                            Problem.Kind.INVALID,
                            where + ": role must be viewer, operator or admin, not '" + role + "'"));
            if (!secret.startsWith("sha256:")) {
                return new Entry(name, known, HexFormat.of().formatHex(Tokens.sha256(secret)));
            }
            String hex = secret.substring("sha256:".length());
            if (!hex.matches("[0-9a-fA-F]{64}")) {
                throw Problem.of(Problem.Kind.INVALID, where + ": sha256 needs 64 hexadecimal digits");
            }
            return new Entry(name, known, hex);
        }
    }
}
