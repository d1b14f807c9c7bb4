package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.cli.text.GroupPage;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Everything about one group on one page. */
@Command(
        name = "describe",
        description = "Show limits, usage, pressure, events and last decisions of a group on one page.")
final class DescribeVerb extends ServerVerb {
    private static final int SHOWN = 10;

    @Parameters(index = "0", paramLabel = "group", description = "The word 'group'.")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Name, id or path.")
    private String name = "";

    @Override
    public Integer call() {
        if (!kind.equals("group") && !kind.equals("groups")) {
            throw usage("only groups can be described: vigia describe group NAME");
        }
        ApiClient client = client();
        JsonObject group = client.get(Paths.group(name));
        String id = Fields.text(group, "id", "");
        List<JsonObject> containers = Fields.joined(group, "containers", " ").isEmpty()
                ? List.of()
                : ResourceKind.items(client.get(Paths.containers(id)));
        String events = new Query(Paths.EVENTS)
                .with("group", Fields.text(group, "path"))
                .with("limit", SHOWN)
                .toString();
        List<JsonObject> decisions =
                ResourceKind.items(client.get(
                                new Query(Paths.DECISIONS).with("limit", 1000).toString()))
                        .stream()
                        .filter(d -> id.equals(Fields.text(d, "group")))
                        .limit(SHOWN)
                        .toList();
        print(GroupPage.lines(group, containers, Fields.objects(client.array(events)), decisions));
        return Exit.DONE;
    }
}
