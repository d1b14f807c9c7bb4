package io.vigia.supervisor.config;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One document of configuration, whatever it was written in. */
final class ConfigReader {
    private static final String MANAGED = "managed";
    private static final long MIN_JOURNAL_BYTES = 1L << 20;
    private static final Pattern GROUP_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*");

    private ConfigReader() {}

    /**
     * What it says, without what is wrong in it.
     *
     * @param base what relative paths start from
     */
    static ConfigLayer read(Fields fields, Path base) {
        List<Glob> observe = fields.list("observe", PolicyReader::glob);
        List<Glob> enforce = globs(fields, "enforce", null);
        List<Glob> protect = fields.list("protect", PolicyReader::glob);
        Config.Listen listen = fields.value("listen", Listens::parse);
        Fields socket = fields.mapping("socket");
        Path socketPath = socket == null ? null : socket.value("path", text -> path(base, text));
        String socketGroup = socket == null ? null : socket.value("group", ConfigReader::groupName);
        done(socket);
        Path stateDir = fields.value("stateDir", text -> path(base, text));
        CgroupPath parent = fields.value("parent", ConfigReader::parent);
        Fields journal = fields.mapping("journal");
        Duration maxAge = journal == null ? null : journal.value("maxAge", ConditionReader::positive);
        Long maxSize = journal == null ? null : journal.value("maxSize", ConfigReader::journalSize);
        done(journal);
        Fields processes = fields.mapping("processes");
        ConfigLayer.ProcessEvents events = processes == null ? null : processEvents(processes);
        done(processes);
        Path tokens = fields.value("tokens", text -> path(base, text));
        Fields metrics = fields.mapping("metrics");
        Boolean metricsOpen = metrics == null ? null : metrics.value("access", ConfigReader::openToAll);
        done(metrics);
        List<String> hosts = fields.list("hosts", ConfigReader::host);
        List<String> origins = fields.list("origins", ConfigReader::origin);
        fields.done();
        return new ConfigLayer(
                observe,
                enforce,
                protect,
                listen,
                socketPath,
                socketGroup,
                stateDir,
                parent,
                maxAge,
                maxSize,
                events,
                tokens,
                metricsOpen,
                hosts,
                origins);
    }

    private static void done(@Nullable Fields section) {
        if (section != null) {
            section.done();
        }
    }

    private static ConfigLayer.@Nullable ProcessEvents processEvents(Fields processes) {
        List<String> words = new ArrayList<>();
        List<Glob> globs = globs(processes, "events", words);
        return globs == null ? null : new ConfigLayer.ProcessEvents(globs, !words.isEmpty());
    }

    /** Globs beside the word {@code managed}, which goes to {@code words} as often as it is there. */
    private static @Nullable List<Glob> globs(Fields fields, String key, @Nullable List<String> words) {
        return fields.list(key, text -> {
            if (!text.equals(MANAGED)) {
                return managedOrGlob(text);
            }
            if (words != null) {
                words.add(text);
            }
            return null;
        });
    }

    private static Glob managedOrGlob(String text) {
        if (!text.startsWith("/") && !text.startsWith("**")) {
            throw new IllegalArgumentException("'" + text
                    + "' is neither the word managed nor a glob of cgroup paths, which starts with a slash, for"
                    + " example /web.slice/*");
        }
        return PolicyReader.glob(text);
    }

    private static Path path(Path base, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is empty: write a path, or remove the key");
        }
        try {
            return base.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
        }
    }

    private static String groupName(String text) {
        if (!GROUP_NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a user group, as in /etc/group");
        }
        return text;
    }

    private static CgroupPath parent(String text) {
        CgroupPath path = new CgroupPath(text.startsWith("/") ? text : "/" + text);
        if (path.isRoot()) {
            throw new IllegalArgumentException("must be a cgroup below the root, for example /vigia");
        }
        return path;
    }

    private static Boolean openToAll(String text) {
        return switch (text) {
            case "viewer" -> false;
            case "everybody" -> true;
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is neither viewer (a token of that role, or loopback) nor everybody (whoever can"
                        + " connect)");
        };
    }

    private static Long journalSize(String text) {
        long bytes = Quantities.bytes(text);
        if (bytes < MIN_JOURNAL_BYTES) {
            throw new IllegalArgumentException("'" + text + "' is too little: the journal needs at least 1Mi");
        }
        return bytes;
    }

    private static String host(String text) {
        if (!HOST_NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a host name: write it without scheme and port, for example vigia.example");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** RFC 6454: scheme, host and port, and nothing more. */
    private static String origin(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web
                    && uri.getHost() != null
                    && text.equals(uri.getScheme() + "://" + uri.getAuthority())
                    && uri.getUserInfo() == null) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not an origin: " + e.getReason(), e);
        }
        throw new IllegalArgumentException("'" + text
                + "' is not an origin: write scheme, host and port alone, for example https://ops.example:8443");
    }
}
