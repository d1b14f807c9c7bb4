package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.text.DecisionPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why a policy did, or did not, act. */
@Command(name = "explain", description = "Tell why a policy did, or did not, act.")
final class ExplainVerb extends ServerVerb {
    @Parameters(index = "0", paramLabel = "DECISION", description = "As 'get decisions' lists it.")
    private String decision = "";

    @Option(names = "-o", paramLabel = "table|json|yaml", description = "Form of the output.")
    private Output output = Output.table;

    @Override
    public Integer call() {
        JsonObject found = client().get(Paths.decision(decision));
        if (output.isTable()) {
            print(DecisionPage.lines(found));
        } else {
            shell().line(Output.document(output, found));
        }
        return Exit.DONE;
    }
}
