package io.vigia.supervisor.node;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Support;
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
import io.vigia.supervisor.journal.StateDirectoryInUseException;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.lease.LeaseLog;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseBook;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.reaction.KillHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must be opened and read before the loop takes over, and may block: the hierarchy, the journal, files. */
record Opened(
        String node,
        Syscalls syscalls,
        JnaProcessCalls processCalls,
        Children children,
        PosixSpawner spawner,
        Cgroups cgroups,
        CgroupPath self,
        @Nullable Fd cgroupRoot,
        Map<String, Support> host,
        SqliteJournal journal,
        LeaseLog leaseLog,
        LeaseBook leases,
        Map<String, JsonObject> cutOffReclaims,
        List<PolicySpec> policies,
        KillHistory kills,
        FaceOptions face) {

    /**
     * Blocking. What was opened before something fails is closed by {@code closing}.
     *
     * @throws Problem of kind CONFLICT when another vigia has the state directory
     */
    static Opened open(Config config, Closing closing) {
        FaceOptions face = FaceOptions.of(config);
        Syscalls syscalls = new JnaSyscalls();
        HostTree tree = HostTree.open(syscalls, config.parent(), config.stateDir(), closing);
        JnaProcessCalls calls = new JnaProcessCalls(syscalls);
        Children children = new Children();
        PosixSpawner spawner = closing.later(
                "spawner",
                new PosixSpawner(syscalls, calls, children, ChildDefaults.ofThisProcess(syscalls.nofileLimit())));
        String node = Hostname.read();
        JournalOptions options = JournalOptions.of(
                config.stateDir(),
                node,
                config.journal().maxAge(),
                config.journal().maxSizeBytes());
        SqliteJournal journal = closing.later("journal", open(options));
        LeaseLog leases = closing.later("leases", LeaseLog.open(config.stateDir(), config.socket(), options.bootId()));
        return new Opened(
                node,
                syscalls,
                calls,
                children,
                spawner,
                tree.cgroups(),
                tree.self(),
                tree.root(),
                tree.essentials(),
                journal,
                leases,
                leases.book(new Moment(System.nanoTime(), Instant.now())),
                leases.cutOffReclaims(),
                storedPolicies(journal),
                new KillHistory(journal, options.bootId(), KillHistory.load(journal, options.bootId())),
                face);
    }

    private static SqliteJournal open(JournalOptions options) {
        try {
            return SqliteJournal.open(options);
        } catch (StateDirectoryInUseException e) {
            throw Problem.of(Problem.Kind.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private static List<PolicySpec> storedPolicies(Store store) {
        ConfigGrammar grammar = new ConfigGrammar();
        return store.load(Store.Table.POLICIES).values().stream()
                .map(document -> grammar.policy(document.getString("text")))
                .toList();
    }
}
