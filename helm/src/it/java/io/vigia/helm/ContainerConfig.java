package io.vigia.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a runtime is told of a container, beside its place among namespaces and cgroups. Its root is read-only, and no program in it gains
 * privileges.
 *
 * @param environment lines {@code NAME=value}
 * @param capabilities as {@code CAP_KILL}
 * @param mounts besides {@code /proc} and {@code /dev}, as the runtime's configuration has them
 */
record ContainerConfig(
        List<String> arguments,
        List<String> environment,
        long user,
        long group,
        List<String> capabilities,
        List<Map<String, Object>> mounts) {
    ContainerConfig {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        capabilities = List.copyOf(capabilities);
        mounts = List.copyOf(mounts);
    }

    /** Without capabilities and volumes. */
    static ContainerConfig plain(int user, String... arguments) {
        return new ContainerConfig(List.of(arguments), List.of(), user, user, List.of(), List.of());
    }

    /** With another value of a variable. */
    ContainerConfig with(String name, String value) {
        List<String> changed = new ArrayList<>(environment);
        changed.removeIf(line -> line.startsWith(name + "="));
        changed.add(name + "=" + value);
        return new ContainerConfig(arguments, changed, user, group, capabilities, mounts);
    }

    /** As the runtime's configuration has it under {@code process}. */
    Map<String, Object> process() {
        return Map.of(
                "terminal",
                false,
                "cwd",
                "/",
                "user",
                Map.of("uid", user, "gid", group),
                "args",
                arguments,
                "env",
                environment,
                "capabilities",
                Map.of("bounding", capabilities, "effective", capabilities, "permitted", capabilities),
                "noNewPrivileges",
                true);
    }
}
