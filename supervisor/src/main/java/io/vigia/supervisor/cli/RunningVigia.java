package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A vigia that runs in this process. Blocking; any thread. */
public interface RunningVigia {
    /** The TCP port that is listened on. */
    int port();

    void apply(List<GroupSpec> groups, List<PolicySpec> policies);

    /**
     * Applies {@code groups.d} and {@code policies.d}, and follows them and the configuration from here on.
     *
     * @param again reads the configuration as at the start; blocking
     */
    void follow(Config started, Supplier<ConfigLoader.Loaded> again);

    /** Tells every event from now on as CloudEvents JSON, on a thread that must not be held up. */
    void tell(Consumer<JsonObject> listener);

    /**
     * Runs {@code task} on the kernel loop, now and then again and again: it stays away when the loop hangs, and ends with it.
     *
     * @param task does not block or throw
     */
    void repeatOnKernelLoop(Duration every, Runnable task);

    /** Sends a signal to one process of a group, or to all of them. What has ended already is left alone. */
    void signal(String group, int signal, @Nullable Integer pid);

    /** @param stopGroups whether managed groups end with it, else they run on */
    void stop(boolean stopGroups);
}
