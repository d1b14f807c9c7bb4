package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.cli.text.ProcessTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The processes of a group. */
@Command(name = "tree", description = "Show the process tree of a group, with PIDs outside and inside.")
final class TreeVerb extends ServerVerb {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Name, id or path.")
    private String group = "";

    @Override
    public Integer call() {
        print(ProcessTree.lines(Fields.objects(client().get(Paths.group(group) + "/processes"), "items")));
        return Exit.DONE;
    }
}
