package io.vigia.supervisor.config;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is well written and still must not be: open doors without locks, keys that lie about. Blocking. */
final class ConfigSafety {
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private ConfigSafety() {}

    static void check(
            ConfigLayer whole, List<ConfigFiles.Layer> layers, Surroundings around, List<Diagnostic> diagnostics) {
        Config.Listen listen = whole.listen();
        if (listen != null) {
            String wrong = wrongWithListen(listen, whole.tokens() != null);
            if (wrong != null) {
                diagnostics.add(new Diagnostic(source(layers, ConfigLayer::listen), Position.NONE, "listen", wrong));
            }
        }
        Path tokens = whole.tokens();
        String wrong = tokens == null ? null : wrongWithTokens(tokens, around.isInPod());
        if (wrong != null) {
            diagnostics.add(new Diagnostic(source(layers, ConfigLayer::tokens), Position.NONE, "tokens", wrong));
        }
    }

    private static @Nullable String wrongWithListen(Config.Listen listen, boolean haveTokens) {
        try {
            return haveTokens || Listens.isLoopback(listen)
                    ? null
                    : listen.host() + " can be reached by others, and there are no tokens to tell who may do what: set"
                            + " tokens: FILE (or VIGIA_TOKENS) to a file of lines NAME viewer|operator|admin TOKEN with"
                            + " mode 0600, or listen on 127.0.0.1:" + listen.port();
        } catch (UnknownHostException e) {
            return "there is no host '" + listen.host() + "': write an address, for example 127.0.0.1:" + listen.port();
        }
    }

    private static @Nullable String wrongWithTokens(Path file, boolean inPod) {
        String wrong = openTokens(file, inPod);
        return wrong != null || Files.isReadable(file)
                ? wrong
                : file + " may not be read by this user: change its owner";
    }

    /** Whether a file of tokens is none, or not only its owner's; whoever asks need not be the one who will read it. */
    static @Nullable String openTokens(Path file, boolean inPod) {
        try {
            if (!Files.isRegularFile(file)) {
                return Files.exists(file)
                        ? file + " is no regular file: name a file of lines NAME viewer|operator|admin TOKEN"
                        : missing(file);
            }
            Set<PosixFilePermission> permissions = new HashSet<>(Files.getPosixFilePermissions(file));
            if (inPod || isOfAnother(file)) {
                // A Secret of Kubernetes belongs to root; a user that is not root gets at it through its group. Where
                // the pod has an fsGroup, kubelet lets that read whatever mode was asked for. The mount is the pod's.
                permissions.remove(PosixFilePermission.GROUP_READ);
            }
            return OWNERS.containsAll(permissions)
                    ? null
                    : file + " is open to others than its owner, who would have the tokens: "
                            + (inPod ? "give the Secret's volume defaultMode: 0440" : "chmod 0600 " + file);
        } catch (NoSuchFileException e) {
            return missing(file);
        } catch (IOException e) {
            return file + " cannot be read: " + e.getMessage();
        }
    }

    private static boolean isOfAnother(Path file) throws IOException {
        return !Files.getAttribute(file, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static String missing(Path file) {
        return "there is no file " + file + ": make it with mode 0600 and lines NAME viewer|operator|admin TOKEN";
    }

    /** The highest layer that says something about it. */
    private static String source(List<ConfigFiles.Layer> layers, Function<ConfigLayer, @Nullable Object> key) {
        for (ConfigFiles.Layer layer : layers.reversed()) {
            if (key.apply(layer.values()) != null) {
                return layer.name();
            }
        }
        return "configuration";
    }
}
