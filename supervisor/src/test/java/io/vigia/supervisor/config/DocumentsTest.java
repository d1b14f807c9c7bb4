package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static String said(String text) {
        return Manifests.parse("f", text).diagnostics().toString();
    }

    @Test
    void refusesDuplicateKeysWithBothPlaces() {
        assertThat(said("{apiVersion: vigia.io/v1,\n apiVersion: b}"))
                .contains("f:2:2: key 'apiVersion' is there twice, first on line 1");
    }

    @Test
    void refusesDepthWithoutRecursingIntoIt() {
        assertThat(said("[".repeat(100_000))).contains("nested more than 40 deep");
        assertThat(said("{a: ".repeat(100_000))).contains("nested more than 40 deep");
        assertThat(said("- ".repeat(100_000))).contains("nested more than 40 deep");
    }

    @Test
    void refusesAliasesThatMultiply() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String many = ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1);
            text.append("a" + i + ": &a" + i + " [" + many + "]\n");
        }
        assertThat(said(text.toString())).contains("more than 50000 values");
    }

    @Test
    void refusesAnAliasWithinItself() {
        assertThat(said("a: &a [*a]")).contains("has no anchor that ends before it");
    }

    @Test
    void expandsAliases() {
        String text = GoodDocuments.group(
                "{limits: &l {memory.max: 1Gi}, containers: [{name: a, command: [a], limits: *l}]}");
        assertThat(Manifests.parse("f", text).groups()).hasSize(1);
    }

    @Test
    void refusesTags() {
        assertThat(said("!!java.util.Date 1")).contains("is not supported");
        assertThat(said("a: !!binary AA==")).contains("is not supported");
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertThat(said("#".repeat(Documents.MAX_BYTES + 1))).contains("split the file");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] raw = "name: \u00e9".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Manifests.parse("f", raw).diagnostics().toString()).contains("not UTF-8");
    }

    @Test
    void refusesControlCharactersWithTheirPlace() {
        assertThat(said("a: b\nc: \u0001")).contains("f:2:4: character U+0001");
    }

    @Test
    void saysWhereTheSyntaxEnds() {
        assertThat(said("a: [b\nc: d")).contains("f:2:").contains("not YAML or JSON");
    }

    @Test
    void takesAByteOrderMarkAndEscapesOfJson() {
        String text = "\ufeff{\"a\": \"\\u00e9\\/\\ud83d\\ude00\"}";
        Tree.Mapping tree = (Tree.Mapping) Documents.read(text.getBytes(StandardCharsets.UTF_8), new Findings("f"))
                .getFirst();
        assertThat(tree.get("a"))
                .isInstanceOfSatisfying(
                        Tree.Scalar.class, scalar -> assertThat(scalar.text()).isEqualTo("\u00e9/\ud83d\ude00"));
    }

    @Property(tries = 300)
    void neverThrowsForText(@ForAll String text) {
        assertThat(Manifests.parse("f", text)).isNotNull();
    }

    @Property(tries = 300)
    void neverThrowsForBytes(@ForAll byte[] raw) {
        assertThat(Manifests.parse("f", raw)).isNotNull();
    }
}
