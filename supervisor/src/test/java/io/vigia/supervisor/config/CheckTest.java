package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
    @TempDir
    Path directory;

    private List<String> check(String text) throws IOException {
        Path file = directory.resolve("f");
        Files.writeString(file, text);
        return Check.check(file).stream()
                .map(one -> one.toString().replace(file.toString(), "f"))
                .toList();
    }

    @Test
    void takesManifestsAndConfigFiles() throws IOException {
        for (String good : GoodDocuments.ALL) {
            assertThat(check(good)).isEmpty();
        }
        assertThat(check(ConfigDocuments.FULL)).isEmpty();
        assertThat(check(GoodDocuments.GROUP + "---\n" + ConfigDocuments.FULL + "---\n" + GoodDocuments.POLICY))
                .isEmpty();
    }

    @Test
    void tellsEveryMistakeInTheOrderOfTheFile() throws IOException {
        String text = GoodDocuments.group("{limit: {}}") + "\n---\nlisten: 1\n---\n" + GoodDocuments.group("{x: 1}");
        assertThat(check(text))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("f:1:").contains("did you mean 'limits'?"),
                        one -> assertThat(one).startsWith("f:3:9: listen: "),
                        one -> assertThat(one).startsWith("f:5:").contains("spec.x"));
    }

    @Test
    void saysWhatADocumentMayBe() throws IOException {
        assertThat(check("{}")).singleElement().asString().contains("neither a manifest", "nor a configuration");
        assertThat(check("[a]")).singleElement().asString().contains("must be a mapping");
        assertThat(check("kind: Group").toString()).contains("apiVersion: is missing");
    }

    @Test
    void takesAFileThatSaysNothing() throws IOException {
        assertThat(check("# later\n")).isEmpty();
    }

    @Test
    void tellsOfTokensThatOthersCanRead() throws IOException {
        Path tokens = Files.createFile(directory.resolve("tokens"));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check("listen: 127.0.0.1:1\ntokens: tokens\n"))
                .singleElement()
                .asString()
                .startsWith("f:2:9: tokens: " + tokens)
                .contains("is open to others", "chmod 0600");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        assertThat(check("tokens: tokens")).isEmpty();
    }

    @Test
    void takesTokensThatAreElsewhere() throws IOException {
        assertThat(check("tokens: /nowhere/at/all")).isEmpty();
    }

    @Test
    void looksIntoTheDirectoriesOfAConfiguration() throws IOException {
        for (String one :
                List.of("vigia.yaml", "conf.d/a.yaml", "groups.d/b.yml", "policies.d/c.json", "other/d.yaml")) {
            Path file = directory.resolve(one);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
        assertThat(Check.files(directory))
                .extracting(file -> directory.relativize(file).toString())
                .containsExactly("vigia.yaml", "conf.d/a.yaml", "groups.d/b.yml", "policies.d/c.json");
    }

    @Test
    void saysWhyAFileCannotBeRead() {
        assertThat(Check.check(directory.resolve("none")).toString()).contains("there is no such file");
        assertThat(Check.check(directory).toString()).contains("is a directory");
    }
}
