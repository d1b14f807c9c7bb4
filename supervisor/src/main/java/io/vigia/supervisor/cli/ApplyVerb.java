package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes groups and policies what their manifests say. */
@Command(name = "apply", description = "Make groups and policies what their manifests say.")
final class ApplyVerb extends ServerVerb {
    @Option(names = "-f", required = true, paramLabel = "FILE", description = "Manifests; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--dry-run", description = "Check, and change nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        ManifestFiles manifests = ManifestFiles.read(shell(), files);
        ApiClient client = client();
        manifests.groups().forEach(g -> put(client, Paths.group(g.name()), g.text(), "group " + g.name()));
        manifests.policies().forEach(p -> put(client, Paths.policy(p.name()), p.text(), "policy " + p.name()));
        return Exit.DONE;
    }

    private void put(ApiClient client, String path, String manifest, String what) {
        client.put(new Query(path).with("dryRun", dryRun).toString(), manifest);
        shell().line(what + " applied" + (dryRun ? " (dry run)" : ""));
    }
}
