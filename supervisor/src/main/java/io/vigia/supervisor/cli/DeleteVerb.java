package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Escape;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.policy.PolicySpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends groups and forgets policies. */
@Command(name = "delete", description = "End groups and forget policies: delete -f FILE, or delete group NAME.")
final class DeleteVerb extends ServerVerb {
    @Parameters(index = "0..*", arity = "0..2", paramLabel = "group|policy NAME", description = "One by name.")
    private List<String> named = new ArrayList<>();

    @Option(names = "-f", paramLabel = "FILE", description = "Those of these manifests; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--grace", paramLabel = "10s", description = "How long processes may take to end.")
    private @Nullable String grace;

    @Option(names = "--dry-run", description = "Check, and change nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (files.isEmpty() == named.isEmpty() || named.size() == 1) {
            throw usage("what is to be deleted? write 'delete -f FILE', 'delete group NAME' or 'delete policy NAME'");
        }
        if (!files.isEmpty()) {
            ManifestFiles manifests = ManifestFiles.read(shell(), files);
            ApiClient client = client();
            int code = Exit.DONE;
            for (PolicySpec one : manifests.policies()) {
                code = Math.max(code, unlessMissing(() -> policy(client, one.name())));
            }
            for (GroupSpec one : manifests.groups()) {
                code = Math.max(code, unlessMissing(() -> group(client, one.name())));
            }
            return code;
        }
        switch (ResourceKind.parse(named.get(0))) {
            case GROUPS -> group(client(), named.get(1));
            case POLICIES -> policy(client(), named.get(1));
            default -> throw usage("only groups and policies can be deleted, not " + named.get(0));
        }
        return Exit.DONE;
    }

    /** What is missing is said, and does not keep the rest of a file. */
    private int unlessMissing(Runnable step) {
        try {
            step.run();
            return Exit.DONE;
        } catch (RefusedException e) {
            if (e.exitCode() != Exit.NOT_FOUND) {
                throw e;
            }
            return CommandRunner.failed(shell(), e);
        }
    }

    private void group(ApiClient client, String name) {
        client.delete(new Query(Paths.group(name))
                .with("grace", grace)
                .with("dryRun", dryRun)
                .toString());
        shell().line("group " + Escape.text(name) + " is being deleted" + (dryRun ? " (dry run)" : ""));
    }

    private void policy(ApiClient client, String name) {
        client.delete(new Query(Paths.policy(name)).with("dryRun", dryRun).toString());
        shell().line("policy " + Escape.text(name) + " deleted" + (dryRun ? " (dry run)" : ""));
    }
}
