package io.vigia.supervisor.config;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this vigia runs: defaults, then {@code /etc/vigia/vigia.yaml} and {@code conf.d}, then {@code VIGIA_…}, then flags.
 *
 * @param observe which groups are watched
 * @param enforce what policies and PATCH may touch beside the managed groups, which always may be
 * @param protect never a victim
 * @param listen host and port; port 0 picks a free one (tests)
 * @param socketGroup who beside root may use the socket; {@code null}: root alone
 * @param parent where managed groups live; {@code null}: {@code vigia} below vigia's own cgroup
 * @param processEvents groups whose forks, execs and exits become events
 * @param tokensFile bearer tokens; {@code null}: none
 * @param metricsOpen whether {@code /metrics} answers everybody, with or without a token
 * @param configDirectory where {@code policies.d} and {@code groups.d} are; {@code null}: none
 */
public record Config(
        List<Glob> observe,
        List<Glob> enforce,
        List<Glob> protect,
        Listen listen,
        Path socket,
        @Nullable String socketGroup,
        Path stateDir,
        @Nullable CgroupPath parent,
        JournalLimits journal,
        List<Glob> processEvents,
        boolean processEventsOfManaged,
        @Nullable Path tokensFile,
        boolean metricsOpen,
        List<String> hosts,
        List<String> origins,
        @Nullable Path configDirectory) {
    public Config {
        observe = List.copyOf(observe);
        enforce = List.copyOf(enforce);
        protect = List.copyOf(protect);
        processEvents = List.copyOf(processEvents);
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
    }

    /** @param port 0 to 65535 */
    public record Listen(String host, int port) {
        public static final Listen DEFAULT = new Listen("127.0.0.1", 9797);
    }

    /** @param maxSizeBytes of the database on disk */
    public record JournalLimits(Duration maxAge, long maxSizeBytes) {
        public static final JournalLimits DEFAULT = new JournalLimits(Duration.ofDays(7), 1L << 30);
    }
}
