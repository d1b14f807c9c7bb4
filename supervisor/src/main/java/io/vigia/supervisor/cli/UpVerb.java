package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves and applies in one, and tells the story of its groups until Ctrl-C, which ends what it started. */
@Command(name = "up", description = "Run the supervisor with these manifests; Ctrl-C stops what it started.")
final class UpVerb extends Verb {
    @Parameters(arity = "1..*", paramLabel = "MANIFEST", description = "Files with groups and policies.")
    private List<String> files = new ArrayList<>();

    @Option(names = "-d", description = "In the background. (Not supported yet.)")
    private boolean detached;

    @Mixin
    private ServerFlags flags = new ServerFlags();

    @Override
    public Integer call() {
        if (detached) {
            throw Problem.of(
                    Problem.Kind.NOT_SUPPORTED_YET,
                    "not supported yet: up -d; start 'vigia serve' in the background and 'vigia apply -f' the"
                            + " manifests");
        }
        ManifestFiles manifests = ManifestFiles.read(shell(), files);
        PrivateState own = PrivateState.make();
        Config config;
        RunningVigia running;
        try {
            config = flags.config(freeListen(), own.socket(), own.state());
            running = shell().front().start(config);
        } catch (RuntimeException e) {
            own.remove();
            throw e;
        }
        Ending ending = new Ending(running, true, own::remove);
        Story story = new Story(
                shell().out(), manifests.groups().stream().map(GroupSpec::name).collect(Collectors.toSet()));
        running.tell(story::tell);
        welcome(config, running.port());
        try {
            running.apply(manifests.groups(), manifests.policies());
        } catch (RuntimeException e) {
            ending.stop();
            throw e;
        }
        ending.await();
        return Exit.DONE;
    }

    private void welcome(Config config, int port) {
        String address = config.listen().host() + ":" + port;
        print(List.of(
                "vigia is up. To look further:",
                "  http://" + address + "/   http://" + address + "/metrics   ws://" + address
                        + "/api/v1/events/stream",
                "  ./vigia get groups --socket " + config.socket(),
                "Ctrl-C stops everything that was started here.",
                ""));
        shell().out().flush();
    }

    /** The usual address, or a free port beside a vigia that has it already. */
    private static Config.Listen freeListen() {
        Config.Listen usual = Config.Listen.DEFAULT;
        try (ServerSocket probe = new ServerSocket(usual.port(), 1, InetAddress.getByName(usual.host()))) {
            return new Config.Listen(usual.host(), probe.getLocalPort());
        } catch (IOException taken) {
            return new Config.Listen(usual.host(), 0);
        }
    }
}
