package io.vigia.supervisor.cli;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.config.Config;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code serve}, {@code up} and {@code run} let one choose. */
final class ServerFlags {
    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "TCP address; port 0 takes a free one.")
    private @Nullable String listen;

    @Option(names = "--socket", paramLabel = "PATH", description = "Unix socket.")
    private @Nullable Path socket;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Where the journal and the logs are.")
    private @Nullable Path stateDir;

    @Option(names = "--parent", paramLabel = "CGROUP", description = "Below which managed groups live.")
    private @Nullable String parent;

    boolean keepsState() {
        return stateDir != null;
    }

    boolean namesAddress() {
        return listen != null;
    }

    /** What is neither a flag nor a variable is as the arguments say. */
    Config config(Shell shell, Config.Listen usualListen, Path usualSocket, Path usualStateDir) {
        String address = listen == null ? shell.variable("VIGIA_LISTEN") : listen;
        String below = parent == null ? shell.variable("VIGIA_PARENT") : parent;
        return new Config(
                List.of(Glob.ofPath("/**")),
                List.of(),
                List.of(Glob.ofPath("/system.slice/sshd.service"), Glob.ofPath("/system.slice/ssh.service")),
                address == null ? usualListen : listen(address),
                chosen(socket, shell.variable("VIGIA_SOCKET"), usualSocket),
                null,
                chosen(stateDir, shell.variable("VIGIA_STATE_DIR"), usualStateDir),
                below == null ? null : parent(below),
                Config.JournalLimits.DEFAULT,
                List.of(),
                true,
                null,
                List.of(),
                List.of(),
                null);
    }

    private static CgroupPath parent(String text) {
        try {
            return CgroupPath.ofId(Paths.id(text));
        } catch (IllegalArgumentException e) {
            throw Verb.usage("--parent: " + e.getMessage());
        }
    }

    private static Path chosen(@Nullable Path flag, @Nullable String variable, Path usual) {
        Path path = flag != null ? flag : variable != null ? Path.of(variable) : usual;
        return path.toAbsolutePath();
    }

    private static Config.Listen listen(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw Verb.usage("--listen: '" + text + "' is no address: write HOST:PORT, for example 127.0.0.1:9797");
        }
        String host = text.substring(0, colon);
        return new Config.Listen(
                host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(port));
    }
}
