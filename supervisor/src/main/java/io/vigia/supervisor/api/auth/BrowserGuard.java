package io.vigia.supervisor.api.auth;

import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites away: a name that resolves to this machine (DNS rebinding) is refused by its Host, a
 * page of another origin by its Origin or Sec-Fetch-Site. Immutable.
 */
public final class BrowserGuard {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]{2,45}(%25[0-9A-Za-z._~-]+)?]");
    private static final Pattern HOST = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]/@\\s]+)(:\\d{1,5})?");

    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * @param hosts names that may stand in Host beside localhost and IP literals
     * @param origins as browsers write them, {@code https://grafana.example:3000}
     */
    public BrowserGuard(List<String> hosts, List<String> origins) {
        this.hosts = hosts.stream().map(BrowserGuard::fold).collect(Collectors.toUnmodifiableSet());
        this.origins = origins.stream().map(BrowserGuard::fold).collect(Collectors.toUnmodifiableSet());
    }

    /** @throws Problem 421 for a name that is not ours, 400 for what is no host at all */
    public void requireOurHost(String host) {
        var parts = HOST.matcher(host);
        if (!parts.matches()) {
            throw Problem.of(Problem.Kind.INVALID, "the Host header is no host: '" + shown(host) + "'");
        }
        String name = fold(parts.group(1));
        if (!name.equals("localhost")
                && !IPV4.matcher(name).matches()
                && !IPV6.matcher(name).matches()
                && !hosts.contains(name)) {
            throw Problem.of(
                    Problem.Kind.MISDIRECTED,
                    "host '" + shown(name)
                            + "' is not served: use an IP address or localhost, or list it under 'hosts'");
        }
    }

    /**
     * @param host of the request, already checked; {@code null} for HTTP/1.0 without one
     * @throws Problem 403 unless the page that asks is ours or listed
     */
    public void requireOurPage(@Nullable String host, @Nullable String origin, @Nullable String fetchSite) {
        if (origin != null) {
            if (!isListed(origin) && !(host != null && fold(origin).equals("http://" + fold(host)))) {
                throw Problem.of(
                        Problem.Kind.REFUSED, "origin '" + shown(origin) + "' is not allowed: list it under 'origins'");
            }
        } else if (fetchSite != null && !fetchSite.equals("same-origin") && !fetchSite.equals("none")) {
            throw Problem.of(Problem.Kind.REFUSED, "a page of another site asked for this (Sec-Fetch-Site)");
        }
    }

    public boolean isListed(String origin) {
        return origins.contains(fold(origin));
    }

    private static String fold(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
