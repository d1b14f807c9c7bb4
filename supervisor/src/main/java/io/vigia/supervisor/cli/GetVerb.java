package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.text.Listings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, or shows one. */
@Command(name = "get", description = "Show groups, containers, processes, policies or decisions.")
final class GetVerb extends ServerVerb {
    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "groups|containers|processes|policies|decisions|networks|images")
    private String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "One of them; for containers GROUP or GROUP/CONTAINER, for processes GROUP.")
    private @Nullable String name;

    @Option(names = "-o", paramLabel = "table|wide|json|yaml", description = "Form of the output.")
    private Output output = Output.table;

    @Option(
            names = {"-w", "--watch"},
            description = "Then show what changes, until stopped.")
    private boolean watch;

    @Override
    public Integer call() {
        ResourceKind of = ResourceKind.parse(kind);
        ApiClient client = client();
        Set<String> shown = new HashSet<>();
        show(client, of, shown);
        if (watch) {
            Following.events(client, null, null, null, new Following.Listener() {
                @Override
                public boolean event(JsonObject event) {
                    return true;
                }

                @Override
                public boolean caughtUp() {
                    show(client, of, shown);
                    return !shell().out().checkError();
                }
            });
        }
        return Exit.DONE;
    }

    /** Prints what is not among {@code shown}: all of it the first time, what changed later. */
    private void show(ApiClient client, ResourceKind of, Set<String> shown) {
        boolean first = shown.isEmpty();
        JsonObject answer = of.fetch(client, name);
        if (!output.isTable()) {
            String text = Output.document(output, answer);
            if (shown.add(text)) {
                shell().line(text);
            }
            return;
        }
        List<String> lines = Listings.of(of.plural(), ResourceKind.items(answer), output == Output.wide)
                .lines();
        if (lines.size() == 1 && first && !watch) {
            shell().err().println("vigia: there are no " + of.plural());
            return;
        }
        Set<String> now = new HashSet<>(lines);
        lines.stream().filter(line -> !shown.contains(line)).forEach(shell()::line);
        shown.clear();
        shown.addAll(now);
    }
}
