package io.vigia.supervisor.api;

import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.config.Config;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the face listens and whom it lets in.
 *
 * @param socket {@code null}: no Unix socket
 * @param socketGroup who beside root may use it; {@code null}: nobody
 * @param metricsOpen whether {@code /metrics} answers everybody
 * @param maxConnections over TCP and socket together; further ones are closed at once
 * @param maxStreams WebSockets and followed answers together; further ones get 503
 */
public record FaceOptions(
        Config.Listen listen,
        @Nullable Path socket,
        @Nullable String socketGroup,
        Tokens tokens,
        List<String> hosts,
        List<String> origins,
        boolean metricsOpen,
        int maxConnections,
        int maxStreams) {
    public FaceOptions {
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
    }

    /** Reads the tokens file. Blocking. */
    public static FaceOptions of(Config config) {
        return new FaceOptions(
                config.listen(),
                config.socket(),
                config.socketGroup(),
                config.tokensFile() == null ? Tokens.NONE : Tokens.load(config.tokensFile()),
                config.hosts(),
                config.origins(),
                config.metricsOpen(),
                1_024,
                256);
    }
}
