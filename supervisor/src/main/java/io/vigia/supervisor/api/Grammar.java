package io.vigia.supervisor.api;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;

/**
 * How the words of manifests and requests are read, the same for files, command line and API. Any thread. Every method
 * fails with {@link io.vigia.supervisor.model.Problem}, with line and column where there are any.
 */
public interface Grammar {
    /** One {@code kind: Group} document, YAML or JSON. */
    GroupSpec group(String text);

    /** One {@code kind: Policy} document, YAML or JSON. */
    PolicySpec policy(String text);

    /** {@code 512Mi}, {@code 50%}, {@code max}, or what the kernel itself takes. */
    LimitValue limit(LimitFile file, String text);

    /** {@code 250ms}, {@code 10s}, {@code 5m}. */
    Duration duration(String text);

    /** {@code 64Mi}. */
    long bytes(String text);

    /** {@code TERM}, {@code SIGTERM} or {@code 15}. */
    int signal(String text);
}
