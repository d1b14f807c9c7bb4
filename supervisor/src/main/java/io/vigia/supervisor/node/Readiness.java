package io.vigia.supervisor.node;

import io.vigia.kernel.model.Support;
import io.vigia.supervisor.process.ProcessSources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Whether vigia is fit to serve: what the doctor found at the start, and how the journal and each source are now. Kernel loop. */
record Readiness(Opened opened, WatchedTree tree, ProcessSources processSources)
        implements Supplier<Map<String, Support>> {
    @Override
    public Map<String, Support> get() {
        Map<String, Support> all = new LinkedHashMap<>(opened.host());
        all.put("journal", opened.journal().health());
        if (tree.watcher() != null) {
            all.put("inotify", tree.watcher().support());
        }
        processSources.support().forEach((name, support) -> {
            // The doctor's words, where it knows why.
            if (support.usable() || !(all.get(name) instanceof Support.Degraded)) {
                all.put(name, reduced(support));
            }
        });
        return all;
    }

    // Without these sources vigia knows less, but serves: they lower readiness to degraded at most.
    private static Support reduced(Support support) {
        return support instanceof Support.Missing(String cause, String remedy)
                ? new Support.Degraded(cause, remedy)
                : support;
    }
}
