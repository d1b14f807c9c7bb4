package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.GroupSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves and applies in one, and tells the story of its groups until Ctrl-C, which ends what it started. */
@Command(name = "up", description = "Run the supervisor with these manifests; Ctrl-C stops what it started.")
final class UpVerb extends Verb {
    @Parameters(arity = "1..*", paramLabel = "MANIFEST", description = "Files with groups and policies.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-d", "--detach"},
            description = "In the background; says where it is and how to stop it.")
    private boolean detached;

    /** Given by {@code -d} to the vigia that it starts. */
    @Option(names = "--background", hidden = true)
    private @Nullable Path background;

    @Mixin
    private ServerFlags flags = new ServerFlags();

    @Override
    public Integer call() {
        ManifestFiles manifests = ManifestFiles.read(shell(), files);
        return detached ? detach() : serve(manifests);
    }

    private int detach() {
        if (files.contains("-")) {
            throw usage("up -d takes files: what comes from standard input is gone when the background reads it");
        }
        List<String> arguments = new ArrayList<>(flags.arguments());
        arguments.add("--");
        arguments.addAll(files);
        Background started = Background.start(shell(), arguments);
        print(List.of(
                "vigia is up in the background, as process " + started.pid() + ". To look further:",
                "  " + started.addresses(),
                "  ./vigia get groups --socket " + started.socket(),
                "  tail -f " + started.log(),
                "To stop it and everything that it started: kill " + started.pid()));
        return Exit.DONE;
    }

    private int serve(ManifestFiles manifests) {
        PrivateState own = background == null ? PrivateState.make("up") : new PrivateState(background);
        Config config;
        RunningVigia running;
        try {
            config = flags.config(freeListen(), freeSocket(own), own.state());
            running = shell().front().start(config);
        } catch (RuntimeException e) {
            // Whoever started one in the background reads its log first.
            if (background == null) {
                own.remove();
            } else {
                Background.failed(own, e);
            }
            throw e;
        }
        AtomicBoolean told = new AtomicBoolean(background == null);
        // Until it is ready, whoever started it reads its log, and removes what is there.
        Ending ending = new Ending(running, true, () -> {
            if (told.get()) {
                own.remove();
            }
        });
        Story story = new Story(
                shell().out(), manifests.groups().stream().map(GroupSpec::name).collect(Collectors.toSet()));
        running.tell(story::tell);
        String addresses = addresses(config, running.port());
        if (background == null) {
            welcome(config, addresses);
        }
        try {
            running.apply(manifests.groups(), manifests.policies());
        } catch (RuntimeException e) {
            ending.stop();
            if (background != null) {
                Background.failed(own, e);
            }
            throw e;
        }
        if (background != null) {
            told.set(true);
            Background.ready(own, config.socket(), addresses);
        }
        ending.await();
        return Exit.DONE;
    }

    private static String addresses(Config config, int port) {
        String address = config.listen().host() + ":" + port;
        return "http://" + address + "/   http://" + address + "/metrics   ws://" + address + "/api/v1/events/stream";
    }

    private void welcome(Config config, String addresses) {
        String socket = config.socket().equals(ServerVerb.SOCKET) ? "" : " --socket " + config.socket();
        print(List.of(
                "vigia is up. To look further:",
                "  " + addresses,
                "  ./vigia get groups" + socket,
                "Ctrl-C stops everything that was started here.",
                ""));
        shell().out().flush();
    }

    /** Where every command looks by itself, or a place of its own beside a vigia that has that already. */
    private static Path freeSocket(PrivateState own) {
        Path usual = ServerVerb.SOCKET;
        Path directory = Objects.requireNonNull(usual.getParent());
        Path above = Files.exists(directory) ? directory : Objects.requireNonNull(directory.getParent());
        return Files.notExists(usual) && Files.isWritable(above) ? usual : own.socket();
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
