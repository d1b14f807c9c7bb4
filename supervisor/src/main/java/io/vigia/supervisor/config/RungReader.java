package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.policy.PolicySpec.Rung;
import io.vigia.supervisor.policy.PolicySpec.Target;
import io.vigia.supervisor.policy.RungAction;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One rung of a policy's ladder: one action, and how long to wait for its relief. */
final class RungReader {
    static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
    private static final Duration DEFAULT_FREEZE = Duration.ofSeconds(10);
    /** Limits that are one amount, of which a share can be added. */
    private static final Set<LimitFile> RAISABLE = EnumSet.of(
            LimitFile.MEMORY_MIN,
            LimitFile.MEMORY_LOW,
            LimitFile.MEMORY_HIGH,
            LimitFile.MEMORY_MAX,
            LimitFile.MEMORY_SWAP_MAX,
            LimitFile.PIDS_MAX);

    private RungReader() {}

    /** {@code null} when there are findings. */
    static @Nullable Rung read(Tree tree, String path, Findings findings) {
        Fields fields = Fields.of(tree, path, findings);
        if (fields == null) {
            return null;
        }
        int before = findings.count();
        List<RungAction> actions = new ArrayList<>();
        if (fields.has("notify")) {
            actions.add(notification(fields));
        }
        action(fields, "reclaim", RungReader::reclaim, actions);
        action(fields, "raise", RungReader::raise, actions);
        action(fields, "throttle", RungReader::throttle, actions);
        action(fields, "freeze", RungReader::freeze, actions);
        action(fields, "kill", RungReader::kill, actions);
        Duration wait = fields.value("wait", Durations::parse, DEFAULT_WAIT);
        fields.done();
        if (findings.count() == before && actions.size() != 1) {
            fields.add("must have one action (notify, reclaim, raise, throttle, freeze or kill), but has "
                    + actions.size() + ": one rung, one action");
        }
        return findings.count() > before ? null : new Rung(actions.getFirst(), wait);
    }

    private static void action(Fields fields, String key, Reader reader, List<RungAction> actions) {
        if (fields.has(key)) {
            Tree value = fields.get(key);
            Fields inner = value == null
                    ? Fields.of(new Tree.Mapping(fields.at(), List.of()), fields.pathOf(key), fields.findings())
                    : fields.mapping(key);
            if (inner != null) {
                actions.add(reader.read(inner));
                inner.done();
            }
        }
    }

    /** {@code notify: log}, {@code notify: {}} and {@code notify:} all log. */
    private static RungAction notification(Fields fields) {
        Tree value = fields.get("notify");
        if (value == null
                || (value instanceof Tree.Scalar scalar && scalar.text().equals("log"))) {
            return new RungAction.Notify(null);
        }
        Fields inner = fields.mapping("notify");
        URI webhook = inner == null ? null : inner.value("webhook", RungReader::webhook);
        if (inner != null) {
            inner.done();
        }
        return new RungAction.Notify(webhook);
    }

    static URI webhook(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("must start with http:// or https://");
        }
        if (uri.getRawUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            // The message must not repeat it: it is a secret.
            throw new IllegalArgumentException(
                    "must not contain a user or password: they would be seen in every listing");
        }
        if (uri.getHost() == null || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("has no valid host and port");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("must not have a fragment (#…): it is never sent");
        }
        return uri;
    }

    private static RungAction reclaim(Fields fields) {
        fields.require("amount", "amount: 64Mi");
        return new RungAction.Reclaim(victims(fields), fields.value("amount", RungReader::someBytes, 1L));
    }

    private static Long someBytes(String text) {
        long bytes = Quantities.bytes(text);
        if (bytes == 0) {
            throw new IllegalArgumentException("must be more than 0");
        }
        return bytes;
    }

    private static RungAction raise(Fields fields) {
        fields.require("file", "file: memory.high");
        fields.require("by", "by: 20%");
        LimitFile file = fields.value("file", RungReader::raisable, LimitFile.MEMORY_HIGH);
        By by = fields.value("by", By::parse, new By(1, 0));
        long ceiling = fields.value("ceiling", RungReader::someBytes, 0L);
        return new RungAction.Raise(file, by.share, by.bytes, ceiling);
    }

    private static LimitFile raisable(String text) {
        LimitFile file = LimitFile.ofFileName(text).orElse(null);
        if (file == null || !RAISABLE.contains(file)) {
            throw new IllegalArgumentException("'" + text + "' cannot be raised by an amount: use one of "
                    + String.join(
                            ", ", RAISABLE.stream().map(LimitFile::fileName).toList()));
        }
        return file;
    }

    private static RungAction throttle(Fields fields) {
        Target victims = victims(fields);
        Map<LimitFile, LimitValue> limits = new EnumMap<>(LimitFile.class);
        int others = 0;
        for (Tree.Entry entry : fields.entries()) {
            if (entry.key().equals("victims")) {
                continue;
            }
            others++;
            fields.get(entry.key());
            SpecReader.limit(fields, entry, limits);
        }
        if (others == 0) {
            fields.add("has no limit to set: write for example cpu.max: 25%");
        }
        return new RungAction.Throttle(victims, limits);
    }

    private static RungAction freeze(Fields fields) {
        return new RungAction.Freeze(victims(fields), fields.value("for", ConditionReader::positive, DEFAULT_FREEZE));
    }

    private static RungAction kill(Fields fields) {
        RungAction.Rank rank = fields.choice("rank", RungAction.Rank.class);
        RungAction.Scope scope = fields.choice("scope", RungAction.Scope.class);
        return new RungAction.Kill(
                victims(fields),
                rank == null ? RungAction.Rank.MEMORY : rank,
                scope == null ? RungAction.Scope.GROUP : scope,
                fields.value("grace", Durations::parse, DEFAULT_GRACE));
    }

    private static @Nullable Target victims(Fields fields) {
        Fields victims = fields.mapping("victims");
        return victims == null ? null : PolicyReader.target(victims);
    }

    /** {@code 20%} or {@code 64Mi}. */
    private record By(double share, long bytes) {
        static By parse(String text) {
            if (!text.endsWith("%")) {
                return new By(0, someBytes(text));
            }
            double share = Quantities.share(text);
            if (share <= 0 || share > 100) {
                throw new IllegalArgumentException("'" + text + "' must be above 0% and at most 10000%");
            }
            return new By(share, 0);
        }
    }

    private interface Reader {
        RungAction read(Fields fields);
    }
}
