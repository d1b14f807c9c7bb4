package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.policy.PolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestDirectoriesTest {
    private static final String BROKEN = "{apiVersion: vigia.io/v1, kind: Group}";

    @TempDir
    Path etc;

    private final Map<String, Manifests.Result> files = new HashMap<>();
    private ManifestDirectories state = ManifestDirectories.NONE;

    private static String group(String name, String spec) {
        return "{apiVersion: vigia.io/v1, kind: Group, metadata: {name: " + name + "}, spec: " + spec + "}\n";
    }

    private ManifestDirectories.Change write(String file, String text) {
        files.put(file, Manifests.parse(file, text));
        return step();
    }

    private ManifestDirectories.Change remove(String file) {
        files.remove(file);
        return step();
    }

    private ManifestDirectories.Change step() {
        ManifestDirectories.Change change = state.to(files);
        state = change.next();
        return change;
    }

    @Test
    void addsChangesAndRemoves() {
        ManifestDirectories.Change first =
                write("a", group("x", "{}") + "---\n" + group("y", "{}") + "---\n" + GoodDocuments.POLICY);
        assertThat(first.groups().added()).extracting(GroupSpec::name).containsExactly("x", "y");
        assertThat(first.policies().added()).extracting(PolicySpec::name).containsExactly("protect-web");

        ManifestDirectories.Change second =
                write("a", group("x", "{limits: {pids.max: 5}}") + "---\n" + group("z", "{}"));
        assertThat(second.groups().added()).extracting(GroupSpec::name).containsExactly("z");
        assertThat(second.groups().changed()).extracting(GroupSpec::name).containsExactly("x");
        assertThat(second.groups().removed()).containsExactly("y");
        assertThat(second.policies().removed()).containsExactly("protect-web");
        assertThat(second.diagnostics()).isEmpty();

        assertThat(remove("a").groups().removed()).containsExactly("x", "z");
    }

    @Test
    void changesNothingForOtherWhitespace() {
        write("a", group("x", "{limits: {pids.max: 5}}"));
        assertThat(write("a", "# said again\n" + group("x", "{ limits:   { pids.max: 5 } }"))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void movesADocumentToAnotherFileWithoutAChange() {
        write("a", group("x", "{}"));
        files.remove("a");
        assertThat(write("b", group("x", "{}")).isEmpty()).isTrue();
    }

    @Test
    void keepsTheVersionBeforeOfABrokenFile() {
        write("a", group("x", "{}"));
        ManifestDirectories.Change broken = write("a", group("y", "{}") + "---\n" + BROKEN);
        assertThat(broken.isEmpty()).isTrue();
        assertThat(broken.diagnostics())
                .extracting(Diagnostic::toString)
                .anySatisfy(one -> assertThat(one).contains("a:3:1: metadata: is missing"))
                .contains("a: the version before stays in force (1 document) until this is repaired");
        assertThat(step().diagnostics()).as("said as long as it is so").isNotEmpty();

        ManifestDirectories.Change repaired = write("a", group("y", "{}"));
        assertThat(repaired.groups().added()).extracting(GroupSpec::name).containsExactly("y");
        assertThat(repaired.groups().removed()).containsExactly("x");
        assertThat(repaired.diagnostics()).isEmpty();
    }

    @Test
    void removesABrokenFileThatIsGone() {
        write("a", group("x", "{}"));
        write("a", BROKEN);
        assertThat(remove("a").groups().removed()).containsExactly("x");
    }

    @Test
    void leavesOutANewFileThatIsBroken() {
        ManifestDirectories.Change change = write("a", group("x", "{}") + "---\n" + BROKEN);
        assertThat(change.isEmpty()).isTrue();
        assertThat(change.diagnostics().toString()).contains("not used until this is repaired");
        assertThat(write("b", group("z", "{}")).groups().added()).hasSize(1);
    }

    @Test
    void takesTheFirstFileOfTwoThatNameTheSame() {
        write("b", group("x", "{}"));
        ManifestDirectories.Change second = write("c", group("x", "{limits: {pids.max: 5}}"));
        assertThat(second.isEmpty()).isTrue();
        assertThat(second.diagnostics())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "c: metadata.name: Group 'x' is in b already, which counts: rename or remove one of" + " them");
        ManifestDirectories.Change alone = remove("b");
        assertThat(alone.groups().changed()).extracting(GroupSpec::name).containsExactly("x");
        assertThat(alone.diagnostics()).isEmpty();
    }

    @Test
    void readsBothDirectories() throws IOException {
        assertThat(ManifestDirectories.read(etc)).isEmpty();
        Path groups = Files.createDirectories(etc.resolve("groups.d"));
        Path policies = Files.createDirectories(etc.resolve("policies.d"));
        Files.writeString(groups.resolve("a.yaml"), group("x", "{}"));
        Files.writeString(groups.resolve(".a.yaml.swp"), "not read");
        Files.writeString(groups.resolve("a.yaml~"), "not read");
        Files.writeString(policies.resolve("p.json"), GoodDocuments.POLICY);
        ManifestDirectories.Change change = ManifestDirectories.NONE.to(ManifestDirectories.read(etc));
        assertThat(change.groups().added()).hasSize(1);
        assertThat(change.policies().added()).hasSize(1);
        assertThat(change.diagnostics()).isEmpty();
    }
}
