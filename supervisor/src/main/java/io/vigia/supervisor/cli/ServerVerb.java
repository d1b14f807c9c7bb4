package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A verb that asks a running vigia. */
@Command
abstract class ServerVerb extends Verb {
    static final Path SOCKET = Path.of("/run/vigia/vigia.sock");

    @Option(names = "--socket", paramLabel = "PATH", description = "Unix socket of the server (VIGIA_SOCKET).")
    private @Nullable Path socket;

    @Option(names = "--server", paramLabel = "URL", description = "Address of the server (VIGIA_SERVER).")
    private @Nullable String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Bearer token for --server (or in VIGIA_TOKEN; never an argument).")
    private @Nullable Path tokenFile;

    final ApiClient client() {
        Endpoint endpoint = endpoint();
        // The kernel says who is at the other end of a socket; a token sent there would only be one more copy of it.
        return new ApiClient(endpoint, endpoint instanceof Endpoint.Tcp ? token() : null);
    }

    private Endpoint endpoint() {
        if (socket != null && server != null) {
            throw usage("--socket and --server name two servers: give one of them");
        }
        if (socket != null) {
            return new Endpoint.Unix(socket);
        }
        String address = server == null ? shell().variable("VIGIA_SERVER") : server;
        String path = shell().variable("VIGIA_SOCKET");
        if (server == null && path != null) {
            return new Endpoint.Unix(Path.of(path));
        }
        if (address == null) {
            return Endpoint.usual(SOCKET);
        }
        try {
            return Endpoint.parse(address);
        } catch (IllegalArgumentException e) {
            throw usage("--server: " + e.getMessage());
        }
    }

    private @Nullable String token() {
        if (tokenFile == null) {
            return checked(shell().variable("VIGIA_TOKEN"), "VIGIA_TOKEN");
        }
        try {
            return checked(Files.readString(tokenFile).strip(), tokenFile.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String checked(@Nullable String token, String where) {
        if (token != null && !token.matches("[!-~]+")) {
            throw usage(where + " holds no token: one line of printable characters was expected");
        }
        return token;
    }
}
