package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.api.HttpFace;
import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.Diagnostic;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.config.ManifestDirectories;
import io.vigia.supervisor.config.Manifests;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.reaction.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what runs as the files of the configuration say: groups, policies, and the keys that need no restart. A file with a
 * mistake changes nothing and is told. Kernel-loop thread only; files are read on a worker.
 */
final class ConfigReload {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

    private final Parts parts;
    private final Path directory;
    private final Supplier<ConfigLoader.Loaded> again;
    private final ConfigWatch watch;
    private ManifestDirectories state = ManifestDirectories.NONE;
    private Config config;
    private Tokens tokens;
    private Set<String> problems = Set.of();
    private final Set<Path> seen = new HashSet<>();
    private boolean busy;
    private boolean changedMeanwhile;

    ConfigReload(Parts parts, Path directory, Config config, Tokens tokens, Supplier<ConfigLoader.Loaded> again) {
        parts.loop.requireInLoop();
        this.parts = parts;
        this.directory = directory;
        this.config = config;
        this.tokens = tokens;
        this.again = again;
        this.watch = new ConfigWatch(parts.loop, parts.syscalls, parts.workers, () -> {
            var unused = reload();
        });
    }

    /** What it changes. */
    record Parts(
            KernelLoop loop,
            Syscalls syscalls,
            GroupWorkers workers,
            EventLog events,
            ManagedGroups managed,
            Policies policies,
            Enforcement enforcement,
            HttpFace face) {}

    ConfigWatch watch() {
        return watch;
    }

    /** Watched first and read then, so that nothing falls between. Completes when it was applied; never fails. */
    Future<Void> reload() {
        parts.loop.requireInLoop();
        if (busy) {
            changedMeanwhile = true;
            return Future.succeededFuture();
        }
        busy = true;
        Promise<Void> done = Promise.promise();
        Set<String> writing = watch.writing();
        Config before = config;
        watch.watch(watched())
                .compose(ok -> parts.workers.submit(() -> read(before)))
                .onComplete(result -> parts.loop.execute(() -> {
                    Future<Void> applied =
                            result.succeeded() ? apply(result.result(), writing) : failed(result.cause());
                    applied.onComplete(end -> parts.loop.execute(() -> {
                        done.complete();
                        ended();
                    }));
                }));
        return done.future();
    }

    private void ended() {
        busy = false;
        if (changedMeanwhile) {
            changedMeanwhile = false;
            var unused = reload();
        }
    }

    private static Future<Void> failed(Throwable e) {
        LOG.error("the configuration could not be read again", e);
        return Future.succeededFuture();
    }

    private Set<Path> watched() {
        Set<Path> all = new LinkedHashSet<>(List.of(directory, directory.resolve("conf.d")));
        ManifestDirectories.NAMES.forEach(name -> all.add(directory.resolve(name)));
        Path file = config.tokensFile();
        if (file != null && file.getParent() != null) {
            all.add(file.getParent());
        }
        return all;
    }

    /** @param manifests {@code null} where a directory could not be listed, so that nothing is known of its files */
    private record Read(
            @Nullable Map<String, Manifests.Result> manifests,
            Set<Path> there,
            ConfigLoader.Loaded config,
            @Nullable Tokens tokens,
            List<String> problems) {}

    private Read read(Config before) {
        List<String> wrong = new ArrayList<>();
        Map<String, Manifests.Result> manifests = null;
        Set<Path> there = new HashSet<>();
        try {
            manifests = ManifestDirectories.read(directory);
            for (String name : ManifestDirectories.NAMES) {
                if (Files.isDirectory(directory.resolve(name))) {
                    there.add(directory.resolve(name));
                }
            }
        } catch (IOException e) {
            wrong.add(
                    directory + ": a directory cannot be listed (" + e + "), its groups and policies stay as they are");
        }
        ConfigLoader.Loaded loaded = again.get();
        Path file = loaded instanceof ConfigLoader.Loaded.Valid(Config now) ? now.tokensFile() : before.tokensFile();
        Tokens found = null;
        try {
            found = file == null ? Tokens.NONE : Tokens.load(file);
        } catch (Problem e) {
            wrong.add(e.getMessage() + "; the tokens before stay in force");
        }
        return new Read(manifests, there, loaded, found, wrong);
    }

    private Future<Void> apply(Read read, Set<String> writingBefore) {
        ConfigChange change = new ConfigChange();
        change.problems.addAll(read.problems);
        applyConfig(read, change);
        Future<Void> applied = read.manifests == null
                ? Future.succeededFuture()
                : applyManifests(read.manifests, read.there, writingBefore, change);
        return applied.onComplete(done -> tell(change));
    }

    private void applyConfig(Read read, ConfigChange change) {
        Config now = config;
        switch (read.config) {
            case ConfigLoader.Loaded.Valid(Config valid) -> now = valid;
            case ConfigLoader.Loaded.Invalid(List<Diagnostic> diagnostics) ->
                diagnostics.forEach(one -> change.problems.add(one + "; the configuration before stays in force"));
        }
        change.compare(config, now);
        Tokens found = read.tokens == null ? tokens : read.tokens;
        if (!found.equals(tokens)) {
            change.live.add("tokens");
        }
        config = now;
        tokens = found;
        if (!change.live.isEmpty()) {
            parts.enforcement.change(now.enforce(), now.protect());
            parts.face.change(found, now.hosts(), now.origins());
        }
    }

    private Future<Void> applyManifests(
            Map<String, Manifests.Result> files, Set<Path> there, Set<String> writingBefore, ConfigChange change) {
        Set<String> writing = new HashSet<>(writingBefore);
        writing.addAll(watch.writing());
        Set<Path> away = new HashSet<>(seen);
        away.removeAll(there);
        seen.addAll(there);
        away.forEach(one -> change.problems.add(
                one + ": the directory is gone; its groups and policies stay as they are until it is back"));
        ManifestDirectories.Change difference = state.to(state.keeping(
                files,
                file -> writing.contains(file) || away.contains(Path.of(file).getParent())));
        state = difference.next();
        difference.diagnostics().forEach(one -> change.problems.add(one.toString()));
        change.groups = ConfigChange.names(difference.groups(), GroupSpec::name);
        change.policies = ConfigChange.names(difference.policies(), PolicySpec::name);
        difference.policies().removed().forEach(parts.policies::drop);
        for (String name : difference.groups().removed()) {
            if (parts.managed.names().contains(name)) {
                parts.managed
                        .delete(name, null)
                        .onFailure(e -> LOG.warn("group {} could not be deleted: {}", name, e.toString()));
            }
        }
        List<GroupSpec> wanted = new ArrayList<>(difference.groups().added());
        wanted.addAll(difference.groups().changed());
        Future<Void> applied = Future.succeededFuture();
        for (GroupSpec group : wanted) {
            applied = applied.compose(done -> applyGroup(group, change));
        }
        difference.policies().added().forEach(parts.policies::use);
        difference.policies().changed().forEach(parts.policies::use);
        return applied;
    }

    private Future<Void> applyGroup(GroupSpec group, ConfigChange change) {
        return parts.managed.apply(group).<Void>mapEmpty().recover(e -> {
            change.problems.add("group " + group.name() + " cannot be as its file says: " + e.getMessage());
            return Future.succeededFuture();
        });
    }

    /** Once, as long as nothing else is new about it. */
    private void tell(ConfigChange change) {
        if (change.isEmpty() && change.problems.equals(problems)) {
            return;
        }
        problems = Set.copyOf(change.problems);
        change.problems.forEach(one -> LOG.warn("{}", one));
        if (!change.isEmpty()) {
            LOG.info("configuration: {}", change.sentence());
        }
        parts.events.ofSupervisor(EventTypes.SUPERVISOR_CONFIG_RELOADED, change.json());
    }
}
