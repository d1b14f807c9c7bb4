package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.Diagnostic;
import io.vigia.supervisor.config.Overrides;
import io.vigia.supervisor.model.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code serve}, {@code up} and {@code run} let one choose. */
final class ServerFlags {
    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "TCP address; port 0 takes a free one.")
    private @Nullable String listen;

    @Option(names = "--socket", paramLabel = "PATH", description = "Unix socket.")
    private @Nullable Path socket;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Where the journal and the logs are.")
    private @Nullable Path stateDir;

    @Option(names = "--parent", paramLabel = "CGROUP", description = "Below which managed groups live.")
    private @Nullable String parent;

    @Option(names = "--config", paramLabel = "FILE", description = "Instead of /etc/vigia/vigia.yaml.")
    private @Nullable Path config;

    /** As they would be written again. */
    List<String> arguments() {
        List<String> all = new ArrayList<>();
        add(all, "--listen", listen);
        add(all, "--socket", text(socket));
        add(all, "--state-dir", text(stateDir));
        add(all, "--parent", parent);
        add(all, "--config", text(config));
        return all;
    }

    /**
     * What {@code serve} is nearly always given, read without picocli, whose classes are too old for an AOT cache and cost as
     * much of a start as everything that serves. {@code null} for all else: then picocli reads it, and says what is wrong.
     */
    static @Nullable ServerFlags ofPlainServe(String... arguments) {
        if (arguments.length % 2 == 0 || !arguments[0].equals("serve")) {
            return null;
        }
        ServerFlags flags = new ServerFlags();
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            if (value.isEmpty() || "-@".indexOf(value.charAt(0)) >= 0 || !seen.add(arguments[i])) {
                return null;
            }
            switch (arguments[i]) {
                case "--listen" -> flags.listen = value;
                case "--socket" -> flags.socket = Path.of(value);
                case "--state-dir" -> flags.stateDir = Path.of(value);
                case "--parent" -> flags.parent = value;
                case "--config" -> flags.config = Path.of(value);
                default -> {
                    return null;
                }
            }
        }
        return flags;
    }

    boolean keepsState() {
        return stateDir != null;
    }

    private static void add(List<String> all, String flag, @Nullable String value) {
        if (value != null) {
            all.add(flag);
            all.add(value);
        }
    }

    /** From files, the environment and these flags. */
    Config config() {
        return load(listen, text(socket), text(stateDir));
    }

    /** The same again, with what is wrong in them now. */
    ConfigLoader.Loaded load() {
        return ConfigLoader.load(new Overrides(config, listen, text(socket), text(stateDir), parent));
    }

    /** The same, with places of its own where no flag names one. */
    Config config(Config.Listen usualListen, Path usualSocket, Path usualStateDir) {
        return load(
                listen == null ? usualListen.host() + ":" + usualListen.port() : listen,
                text(socket == null ? usualSocket : socket),
                text(stateDir == null ? usualStateDir : stateDir));
    }

    private Config load(@Nullable String address, @Nullable String socketPath, @Nullable String statePath) {
        return switch (ConfigLoader.load(new Overrides(config, address, socketPath, statePath, parent))) {
            case ConfigLoader.Loaded.Valid(Config loaded) -> loaded;
            case ConfigLoader.Loaded.Invalid(List<Diagnostic> diagnostics) ->
                throw Problem.of(
                        Problem.Kind.INVALID,
                        diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
        };
    }

    private static @Nullable String text(@Nullable Path path) {
        return path == null ? null : path.toString();
    }
}
