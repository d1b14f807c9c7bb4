package io.vigia.supervisor.engine;

import io.vigia.supervisor.config.ContainerSpec;
import java.util.HashMap;
import java.util.Map;

/** The whole environment of a container's root: nothing of vigia's own leaks into it. */
final class Environments {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Environments() {}

    static Map<String, String> of(ContainerSpec spec, String group) {
        Map<String, String> env = new HashMap<>();
        env.put("PATH", PATH);
        env.put("HOME", "/");
        env.put("LANG", "C.UTF-8");
        env.put("VIGIA_GROUP", group);
        env.put("VIGIA_CONTAINER", spec.name());
        env.putAll(spec.env());
        return env;
    }
}
