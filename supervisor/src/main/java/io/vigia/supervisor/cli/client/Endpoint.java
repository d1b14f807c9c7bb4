package io.vigia.supervisor.cli.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a vigia listens. */
public sealed interface Endpoint {
    int DEFAULT_PORT = 9797;

    /** A unix socket. */
    record Unix(Path path) implements Endpoint {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** Plain HTTP on TCP. */
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public String toString() {
            return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * {@code http://HOST:PORT} or {@code unix:PATH}.
     *
     * @throws IllegalArgumentException saying what is wrong and how it is written
     */
    static Endpoint parse(String text) {
        if (text.startsWith("unix:")) {
            return new Unix(Path.of(text.substring("unix:".length()).replaceFirst("^//", "")));
        }
        URI uri = URI.create(text.contains("://") ? text : "http://" + text);
        if ("https".equals(uri.getScheme())) {
            throw new IllegalArgumentException("'" + text + "': https is not supported yet: use http:// or the socket");
        }
        String host = uri.getHost();
        if (!"http".equals(uri.getScheme()) || host == null) {
            throw new IllegalArgumentException("'" + text + "' is no address: write http://HOST:PORT or unix:PATH");
        }
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Tcp(plain, uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
    }

    /** The socket where there is one, else the usual TCP address on this host. */
    static Endpoint usual(Path socket) {
        return Files.exists(socket) ? new Unix(socket) : new Tcp("127.0.0.1", DEFAULT_PORT);
    }

    /** What stands in the Host header. */
    default String host() {
        return switch (this) {
            case Unix unix -> "localhost";
            case Tcp tcp -> tcp.toString().substring("http://".length());
        };
    }

    /** Blocking. @throws NoServerException if nobody listens there */
    default SocketChannel connect() {
        try {
            SocketAddress address = switch (this) {
                case Unix(Path path) -> UnixDomainSocketAddress.of(path);
                case Tcp(String host, int port) -> new InetSocketAddress(host, port);
            };
            return SocketChannel.open(address);
        } catch (java.nio.channels.UnresolvedAddressException e) {
            throw new NoServerException(toString(), "unknown host");
        } catch (IOException e) {
            String why = e.getMessage();
            throw new NoServerException(toString(), why == null ? e.getClass().getSimpleName() : why);
        }
    }
}
