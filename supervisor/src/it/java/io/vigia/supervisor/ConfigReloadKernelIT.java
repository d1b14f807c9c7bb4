package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.Overrides;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the configuration are changed under a running vigia, and it follows. */
final class ConfigReloadKernelIT {
    private static final String PARENT =
            "vigiait-reload-" + ProcessHandle.current().pid();
    private static final String BROKEN = "apiVersion: vigia.io/v1\nkind: Group\nmetadata: {nme: x}\n";

    @TempDir
    private Path folder;

    private Path etc;
    private RunningNode node;

    @BeforeEach
    void starts() throws Exception {
        RealCgroups.assumeRoot();
        etc = Files.createDirectories(folder.resolve("etc"));
        Files.createDirectories(etc.resolve("groups.d"));
        Files.createDirectories(etc.resolve("policies.d"));
        Files.writeString(etc.resolve("vigia.yaml"), "observe: [\"/" + PARENT + "**\"]\n");
        Files.writeString(etc.resolve("groups.d/first.yaml"), group("first", 50));
        Config config = ((ConfigLoader.Loaded.Valid) load()).config();
        node = new RunningNode(PARENT, config);
        node.followConfiguration(config, this::load);
        node.follow();
    }

    @AfterEach
    void stops() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private ConfigLoader.Loaded load() {
        return ConfigLoader.load(new Overrides(
                etc.resolve("vigia.yaml"),
                "127.0.0.1:0",
                folder.resolve("vigia.sock").toString(),
                folder.resolve("state").toString(),
                "/" + PARENT));
    }

    private static String group(String name, int pids) {
        return "apiVersion: vigia.io/v1\nkind: Group\nmetadata: {name: " + name + "}\nspec: {limits: {pids.max: " + pids
                + "}}\n";
    }

    private static String policy(String name) {
        return "apiVersion: vigia.io/v1\nkind: Policy\nmetadata: {name: " + name + "}\nspec:\n  target: {path: /none}\n"
                + "  when: {pids: {above: 90%}}\n  ladder: [{notify: {}}]\n  relief: {below: 10%, for: 1s}\n";
    }

    private void moveIntoPlace(String file, String text) throws IOException {
        Path made = Files.writeString(folder.resolve("made"), text);
        Files.move(made, etc.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private JsonObject reloaded(String field, String... names) throws Exception {
        JsonArray wanted = new JsonArray(List.of(names));
        return node.event("supervisor.config_reloaded", data -> {
                    JsonObject groups = data.getJsonObject("groups");
                    Object value = data.containsKey(field) ? data.getValue(field) : groups.getValue(field);
                    return wanted.equals(value);
                })
                .getJsonObject("data");
    }

    private int pidsMax(String group) throws Exception {
        RunningNode.Answer answer = node.request(HttpMethod.GET, "/api/v1/groups/" + group + "/limits", null, null);
        return answer.status() == 200 ? answer.json().getInteger("pids.max") : -answer.status();
    }

    private int status(String path) throws Exception {
        return node.request(HttpMethod.GET, path, null, null).status();
    }

    @Test
    void followsGroupsAndPolicies() throws Exception {
        assertThat(pidsMax("first")).isEqualTo(50);
        moveIntoPlace("groups.d/second.yaml", group("second", 60) + "---\n" + policy("calm"));
        reloaded("added", "second");
        assertThat(pidsMax("second")).isEqualTo(60);
        assertThat(status("/api/v1/policies/calm")).isEqualTo(200);
        Files.writeString(etc.resolve("groups.d/first.yaml"), group("first", 70));
        reloaded("changed", "first");
        assertThat(pidsMax("first")).isEqualTo(70);
        Files.delete(etc.resolve("groups.d/second.yaml"));
        reloaded("removed", "second");
        node.event("group.removed", data -> true);
        assertThat(pidsMax("second")).isEqualTo(-404);
        assertThat(status("/api/v1/policies/calm")).isEqualTo(404);
    }

    @Test
    void changesNothingForHalfWrittenBrokenAndMissingFiles() throws Exception {
        try (BufferedWriter writer = Files.newBufferedWriter(etc.resolve("groups.d/slow.yaml"))) {
            writer.write(group("slow", 5));
            writer.flush();
            moveIntoPlace("groups.d/other.yaml", group("other", 80));
            reloaded("added", "other");
            assertThat(pidsMax("slow")).isEqualTo(-404);
            writer.write("---\n" + group("slower", 6));
        }
        reloaded("added", "slow", "slower");

        moveIntoPlace("groups.d/first.yaml", BROKEN);
        JsonObject told = node.event(
                        "supervisor.config_reloaded",
                        data -> !data.getJsonArray("problems").isEmpty())
                .getJsonObject("data");
        assertThat(told.getJsonArray("problems").encode())
                .contains("first.yaml:3", "the version before stays in force");
        assertThat(pidsMax("first")).isEqualTo(50);
        assertThat(status("/readyz")).isEqualTo(200);
        moveIntoPlace("groups.d/first.yaml", group("first", 90));
        reloaded("changed", "first");

        Files.move(etc.resolve("groups.d"), etc.resolve("away"));
        node.event(
                "supervisor.config_reloaded",
                data -> data.getJsonArray("problems").encode().contains("the directory is gone"));
        assertThat(pidsMax("first")).isEqualTo(90);
        Files.move(etc.resolve("away"), etc.resolve("groups.d"));
        node.event(
                "supervisor.config_reloaded",
                data -> data.getJsonArray("problems").isEmpty());
    }

    @Test
    void changesLiveKeysAtOnceAndNamesTheOthers() throws Exception {
        moveIntoPlace(
                "vigia.yaml",
                "observe: [\"/" + PARENT + "**\"]\nenforce: [\"/" + PARENT + "\"]\njournal: {maxAge: 1d}\n");
        JsonObject told = reloaded("keys", "enforce");
        assertThat(told.getJsonArray("needRestart")).isEqualTo(new JsonArray().add("journal"));
        RunningNode.Answer patched = node.request(
                HttpMethod.PATCH, "/api/v1/groups/" + PARENT + "/limits", "application/json", "{\"pids.max\":1000}");
        assertThat(patched.status()).as(patched.body()).isEqualTo(200);

        moveIntoPlace("vigia.yaml", "enforce: 7\n");
        JsonObject broken = node.event(
                        "supervisor.config_reloaded",
                        data -> !data.getJsonArray("problems").isEmpty())
                .getJsonObject("data");
        assertThat(broken.getJsonArray("problems").encode()).contains("vigia.yaml:1", "before stays in force");

        Path tokens = folder.resolve("etc/tokens");
        Files.writeString(tokens, "vera viewer token-of-vera-1234567890\n");
        Files.setPosixFilePermissions(tokens, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        moveIntoPlace("vigia.yaml", "observe: [\"/" + PARENT + "**\"]\ntokens: " + tokens + "\n");
        node.event(
                "supervisor.config_reloaded", data -> data.getJsonArray("keys").contains("tokens"));
        assertThat(node.bearer("token-of-vera-1234567890")).isEqualTo(200);
        Files.writeString(tokens, "otto viewer token-of-otto-1234567890\n");
        node.event(
                "supervisor.config_reloaded", data -> data.getJsonArray("keys").contains("tokens"));
        assertThat(node.bearer("token-of-vera-1234567890")).isEqualTo(401);
        assertThat(node.bearer("token-of-otto-1234567890")).isEqualTo(200);
    }
}
