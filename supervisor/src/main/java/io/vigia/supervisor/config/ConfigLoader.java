package io.vigia.supervisor.config;

import io.vigia.kernel.model.Glob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts the configuration together. Each layer goes over the one before, key by key; a list replaces the whole list:
 *
 * <ol>
 *   <li>defaults;
 *   <li>{@code /etc/vigia/vigia.yaml}, which may be missing, or the file of {@code --config} or {@code VIGIA_CONFIG},
 *       which must exist;
 *   <li>{@code conf.d/*.yaml} beside that file, by name;
 *   <li>the environment: {@code VIGIA_} and the key's path in capitals, with {@code _} for each dot and before each word
 *       ({@code stateDir} is {@code VIGIA_STATE_DIR}, {@code journal.maxAge} is {@code VIGIA_JOURNAL_MAX_AGE}), {@code
 *       VIGIA_SOCKET} being short for {@code VIGIA_SOCKET_PATH}; lists with commas; empty is not set;
 *   <li>flags.
 * </ol>
 *
 * <p>Relative paths start from the directory of the file that holds them, else from the working directory. Blocking (files,
 * and a look-up where {@code listen} names a host); any thread that may block.
 */
public final class ConfigLoader {
    private static final List<Glob> OBSERVE = List.of(Glob.ofPath("/**"));
    /** Who is locked out of a machine cannot repair it. Fedora's and Debian's names. */
    private static final List<Glob> PROTECT =
            List.of(Glob.ofPath("/system.slice/sshd.service"), Glob.ofPath("/system.slice/ssh.service"));

    private static final ConfigLayer DEFAULTS = new ConfigLayer(
            OBSERVE,
            List.of(),
            PROTECT,
            Config.Listen.DEFAULT,
            null,
            null,
            null,
            null,
            Config.JournalLimits.DEFAULT.maxAge(),
            Config.JournalLimits.DEFAULT.maxSizeBytes(),
            new ConfigLayer.ProcessEvents(List.of(), true),
            null,
            false,
            List.of(),
            List.of());

    private ConfigLoader() {}

    /** For this process. */
    public static Loaded load(Overrides flags) {
        return load(flags, Surroundings.ofThisProcess());
    }

    /** The same anywhere. Never throws for what users wrote: that becomes diagnostics. */
    public static Loaded load(Overrides flags, Surroundings around) {
        List<Diagnostic> diagnostics = new ArrayList<>();
        Path chosen = chosen(flags, around);
        Path main = chosen == null ? around.etc().resolve(ConfigFiles.MAIN) : chosen;
        List<ConfigFiles.Layer> layers = new ArrayList<>(ConfigFiles.read(main, chosen != null, diagnostics));
        Findings findings = new Findings("configuration");
        layers.add(new ConfigFiles.Layer("environment", Settings.ofEnvironment(around, findings)));
        layers.add(new ConfigFiles.Layer("command line", Settings.ofFlags(flags, around, findings)));
        diagnostics.addAll(findings.list());
        ConfigLayer whole = DEFAULTS;
        for (ConfigFiles.Layer layer : layers) {
            whole = layer.values().over(whole);
        }
        Path socket = whole.socket() == null ? around.defaultSocket() : whole.socket();
        Path stateDir = whole.stateDir() == null ? around.defaultStateDir() : whole.stateDir();
        ConfigSafety.check(whole, layers, around, diagnostics);
        if (socket == null) {
            diagnostics.add(homeless("socket.path", "XDG_RUNTIME_DIR", ConfigKey.SOCKET_PATH));
        }
        if (stateDir == null) {
            diagnostics.add(homeless("stateDir", "XDG_STATE_HOME and HOME", ConfigKey.STATE_DIR));
        }
        if (socket == null || stateDir == null || !diagnostics.isEmpty()) {
            return new Loaded.Invalid(diagnostics);
        }
        Path directory = ConfigFiles.directoryOf(main);
        return new Loaded.Valid(config(whole, socket, stateDir, Files.isDirectory(directory) ? directory : null));
    }

    private static @Nullable Path chosen(Overrides flags, Surroundings around) {
        if (flags.config() != null) {
            return around.workingDirectory().resolve(flags.config()).normalize();
        }
        String variable = around.environment().getOrDefault(ConfigKey.PREFIX + "CONFIG", "");
        return variable.isEmpty()
                ? null
                : around.workingDirectory().resolve(variable).normalize();
    }

    private static Diagnostic homeless(String field, String missing, ConfigKey key) {
        return new Diagnostic(
                "configuration",
                Position.NONE,
                field,
                "has no default for this user, because " + missing + " name no directory: set one, or "
                        + key.variables().getFirst() + ", or " + key.flag());
    }

    private static Config config(ConfigLayer whole, Path socket, Path stateDir, @Nullable Path directory) {
        ConfigLayer.ProcessEvents events = Objects.requireNonNull(whole.processEvents());
        return new Config(
                Objects.requireNonNull(whole.observe()),
                Objects.requireNonNull(whole.enforce()),
                Objects.requireNonNull(whole.protect()),
                Objects.requireNonNull(whole.listen()),
                socket,
                whole.socketGroup(),
                stateDir,
                whole.parent(),
                new Config.JournalLimits(
                        Objects.requireNonNull(whole.journalMaxAge()),
                        Objects.requireNonNull(whole.journalMaxSizeBytes())),
                events.globs(),
                events.managed(),
                whole.tokens(),
                Objects.requireNonNull(whole.metricsOpen()),
                Objects.requireNonNull(whole.hosts()),
                Objects.requireNonNull(whole.origins()),
                directory);
    }

    /** What came of it. */
    public sealed interface Loaded {
        /** All is well. */
        record Valid(Config config) implements Loaded {}

        /** @param diagnostics at least one */
        record Invalid(List<Diagnostic> diagnostics) implements Loaded {
            public Invalid {
                diagnostics = List.copyOf(diagnostics);
            }
        }
    }
}
