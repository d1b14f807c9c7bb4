package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user's pages show is what vigia takes. */
class DocsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");

    @TempDir
    Path etc;

    private static List<String> blocks(String page) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Path.of(page)));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(strings = {"MANIFESTS.md", "POLICIES.md"})
    void showsOnlyWhatIsValid(String page) throws IOException {
        assertThat(blocks(page))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(Check.check(page, block.getBytes(StandardCharsets.UTF_8), null))
                        .isEmpty());
    }

    @Test
    void givesTheDefaultsThatTheLoaderHas() throws IOException {
        Config defaults = new ConfigHost(etc).config();
        String shown = blocks("MANIFESTS.md").stream()
                .filter(block -> block.startsWith("observe:"))
                .findFirst()
                .orElseThrow();
        assertThat(new ConfigHost(etc).file("vigia.yaml", shown).config()).isEqualTo(defaults);
    }

    @ParameterizedTest
    @EnumSource(ConfigKey.class)
    void namesEveryKeyWithItsVariable(ConfigKey key) throws IOException {
        assertThat(Files.readString(Path.of("MANIFESTS.md")))
                .contains("| `" + key.path() + "` | `" + key.variables().getFirst() + "` |");
    }
}
