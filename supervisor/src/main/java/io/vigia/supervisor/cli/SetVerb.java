package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes limits. */
@Command(name = "set", description = "Change limits of a group: all of them, or none.")
final class SetVerb extends ServerVerb {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Name, id or path.")
    private String group = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FILE=VALUE",
            description = "For example memory.max=512Mi cpu.max=50%%; FILE= gives back the kernel's default.")
    private List<String> limits = new ArrayList<>();

    @Option(names = "--ttl", paramLabel = "10m", description = "Give the limits back after this time.")
    private @Nullable String ttl;

    @Option(names = "--dry-run", description = "Check, and change nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Even if the limit would kill.")
    private boolean force;

    @Override
    public Integer call() {
        JsonObject patch = new JsonObject();
        for (String one : limits) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw usage("'" + one + "' is no limit: write FILE=VALUE, for example memory.max=512Mi");
            }
            String file = one.substring(0, equals);
            if (patch.containsKey(file)) {
                throw usage(file + " is given twice");
            }
            String value = one.substring(equals + 1);
            patch.put(file, value.isEmpty() ? null : value);
        }
        String path = new Query(Paths.group(group) + "/limits")
                .with("ttl", ttl)
                .with("force", force)
                .with("dryRun", dryRun)
                .toString();
        JsonObject now = client().patch(path, patch);
        for (String file : patch.fieldNames()) {
            shell().line(file + " " + now.getValue(file) + (dryRun ? " (dry run)" : ""));
        }
        return Exit.DONE;
    }
}
