package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a container wrote. */
@Command(name = "logs", description = "Print what a container wrote to its standard output and error.")
final class LogsVerb extends ServerVerb {
    @Parameters(
            index = "0",
            paramLabel = "GROUP/CONTAINER",
            description = "GROUP alone will do where it has one container.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what it writes.")
    private boolean follow;

    @Option(
            names = "--tail",
            paramLabel = "N",
            description = "Only the last N lines, and with -f what comes after them.")
    private @Nullable Long tail;

    @Override
    public Integer call() {
        ApiClient client = client();
        ContainerName one = container(client);
        String path = new Query(Paths.container(one.group(), one.container()) + "/logs")
                .with("follow", follow)
                .with("tail", tail)
                .toString();
        client.bytes(path, "text/plain", (piece, length) -> {
            shell().out().write(piece, 0, length);
            return !shell().out().checkError();
        });
        return Exit.DONE;
    }

    private ContainerName container(ApiClient client) {
        @Nullable ContainerName parsed = ContainerName.parse(name);
        if (parsed != null && has(client, parsed)) {
            return parsed;
        }
        List<String> names = names(client, name);
        if (names.size() != 1) {
            throw usage(name + " has " + (names.isEmpty() ? "no containers" : "several containers")
                    + names.stream().map(n -> ", " + n).collect(Collectors.joining()) + ": write GROUP/CONTAINER");
        }
        return new ContainerName(name, names.get(0));
    }

    private static boolean has(ApiClient client, ContainerName one) {
        try {
            if (names(client, one.group()).contains(one.container())) {
                return true;
            }
        } catch (RefusedException e) {
            if (e.exitCode() != Exit.NOT_FOUND) {
                throw e;
            }
            return false;
        }
        throw Problem.of(
                Problem.Kind.NOT_FOUND, "group '" + one.group() + "' has no container '" + one.container() + "'");
    }

    private static List<String> names(ApiClient client, String group) {
        JsonObject answer = client.get(Paths.containers(group));
        return Fields.objects(answer, "items").stream()
                .map(c -> Fields.text(c, "name", ""))
                .toList();
    }
}
