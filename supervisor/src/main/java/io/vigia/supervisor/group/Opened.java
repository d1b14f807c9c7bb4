package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.process.ChildDefaults;
import io.vigia.kernel.process.Children;
import io.vigia.kernel.process.PosixSpawner;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.api.FaceOptions;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What must be opened and read before the loop takes over, and may block: the hierarchy, the journal, files. */
record Opened(
        String node,
        Syscalls syscalls,
        JnaProcessCalls processCalls,
        Children children,
        PosixSpawner spawner,
        Cgroups cgroups,
        Fd cgroupRoot,
        SqliteJournal journal,
        LeaseBook leases,
        Map<String, JsonObject> cutOffReclaims,
        List<PolicySpec> policies,
        FaceOptions face) {

    /** On a thread of its own; what was opened before something fails is closed by {@code closing}. */
    static Future<Opened> open(Config config, Closing closing) {
        Promise<Opened> promise = Promise.promise();
        Thread thread = new Thread(
                () -> {
                    try {
                        promise.complete(openNow(config, closing));
                    } catch (RuntimeException e) {
                        promise.fail(e);
                    }
                },
                "vigia-opening");
        thread.setDaemon(true);
        thread.start();
        return promise.future();
    }

    private static Opened openNow(Config config, Closing closing) {
        FaceOptions face = FaceOptions.of(config, false);
        Syscalls syscalls = new JnaSyscalls();
        Cgroups cgroups = closing.later("cgroups", openCgroups(syscalls));
        Fd root = closing.later("cgroup root", openRoot(cgroups));
        JnaProcessCalls calls = new JnaProcessCalls(syscalls);
        Children children = new Children();
        PosixSpawner spawner = closing.later(
                "spawner",
                new PosixSpawner(syscalls, calls, children, ChildDefaults.ofThisProcess(syscalls.nofileLimit())));
        String node = Hostname.read();
        SqliteJournal journal = closing.later(
                "journal",
                SqliteJournal.open(JournalOptions.of(
                        config.stateDir(),
                        node,
                        config.journal().maxAge(),
                        config.journal().maxSizeBytes())));
        LeaseStore leases = new LeaseStore(journal);
        return new Opened(
                node,
                syscalls,
                calls,
                children,
                spawner,
                cgroups,
                root,
                journal,
                leases.load(new Moment(System.nanoTime(), Instant.now())),
                leases.cutOffReclaims(),
                storedPolicies(journal),
                face);
    }

    private static List<PolicySpec> storedPolicies(Store store) {
        ConfigGrammar grammar = new ConfigGrammar();
        return store.load(Store.Table.POLICIES).values().stream()
                .map(document -> grammar.policy(document.getString("text")))
                .toList();
    }

    private static Cgroups openCgroups(Syscalls syscalls) {
        return switch (HostCgroups.open(syscalls)) {
            case Reading.Known<Cgroups>(Cgroups found) -> found;
            case Reading.Gone<Cgroups>() -> throw Problem.of(Problem.Kind.UNSUPPORTED, "the cgroup mount vanished");
            case Reading.Unknown<Cgroups>(String why) -> throw Problem.of(Problem.Kind.UNSUPPORTED, why);
        };
    }

    private static Fd openRoot(Cgroups cgroups) {
        List<Fd> directories =
                cgroups.open(CgroupPath.ROOT).map(Cgroup::openDirectories).orNull();
        if (directories == null || directories.isEmpty()) {
            throw Problem.of(Problem.Kind.UNSUPPORTED, "the root of the v2 tree cannot be opened");
        }
        directories.stream().skip(1).forEach(Fd::close);
        return directories.get(0);
    }
}
