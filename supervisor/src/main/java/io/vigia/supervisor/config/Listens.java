package io.vigia.supervisor.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** {@code HOST:PORT}. */
final class Listens {
    private static final String HOW = "write HOST:PORT, for example 127.0.0.1:9797 or [::1]:9797";

    private Listens() {}

    /** @throws IllegalArgumentException saying how it is written */
    static Config.Listen parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' is not an address: " + HOW);
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("'" + port + "' is not a port from 0 to 65535: " + HOW);
        }
        return new Config.Listen(host(text, host), Integer.parseInt(port));
    }

    private static String host(String text, String host) {
        if (host.isEmpty()) {
            return "0.0.0.0";
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        boolean fits = bracketed
                ? bare.matches("[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?") && bare.contains(":")
                : bare.matches("[A-Za-z0-9._-]+");
        if (!fits) {
            throw new IllegalArgumentException("'" + text + "' is not an address: " + HOW);
        }
        return bare;
    }

    /**
     * Whether nobody but this machine can reach it. Looks names up, so blocking.
     *
     * @throws UnknownHostException if there is no such host
     */
    static boolean isLoopback(Config.Listen listen) throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(listen.host())) {
            if (!address.isLoopbackAddress()) {
                return false;
            }
        }
        return true;
    }
}
