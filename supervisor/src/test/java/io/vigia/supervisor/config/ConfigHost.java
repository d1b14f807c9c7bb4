package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A directory as {@code /etc/vigia}, a user and an environment. */
final class ConfigHost {
    final Path etc;
    private final Map<String, String> environment = new HashMap<>();
    private int uid;

    ConfigHost(Path etc) {
        this.etc = etc;
    }

    ConfigHost user(int number) {
        this.uid = number;
        return this;
    }

    ConfigHost file(String name, String text) throws IOException {
        Path file = etc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    ConfigHost mode(String name, String mode) throws IOException {
        Files.setPosixFilePermissions(etc.resolve(name), PosixFilePermissions.fromString(mode));
        return this;
    }

    ConfigHost variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    ConfigLoader.Loaded load(Overrides flags) {
        return ConfigLoader.load(flags, new Surroundings(uid, environment, etc, etc));
    }

    Config config() {
        return config(Overrides.NONE);
    }

    Config config(Overrides flags) {
        ConfigLoader.Loaded loaded = load(flags);
        assertThat(loaded).isInstanceOf(ConfigLoader.Loaded.Valid.class);
        return ((ConfigLoader.Loaded.Valid) loaded).config();
    }

    List<String> refusal() {
        return refusal(Overrides.NONE);
    }

    List<String> refusal(Overrides flags) {
        ConfigLoader.Loaded loaded = load(flags);
        assertThat(loaded).isInstanceOf(ConfigLoader.Loaded.Invalid.class);
        return ((ConfigLoader.Loaded.Invalid) loaded)
                .diagnostics().stream()
                        .map(one -> one.toString().replace(etc + "/", ""))
                        .toList();
    }
}
