package io.vigia.supervisor.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsColumnsAndMarksEmptyCells() {
        Table table = new Table("GROUP", "STATE").row("a/long/name", "running").row("b", null);
        assertThat(table.lines()).containsExactly("GROUP        STATE", "a/long/name  running", "b            -");
    }

    @Test
    void keepsOneLineForANameWithALineBreak() {
        assertThat(new Table("GROUP").row("a\nb").lines()).containsExactly("GROUP", "a\\nb");
    }

    @Test
    void showsSizesAsPeopleWriteThem() {
        assertThat(Units.bytes(536_870_912L)).isEqualTo("512Mi");
        assertThat(Units.bytes(77_000_000L)).isEqualTo("73.4Mi");
        assertThat(Units.bytes(1023)).isEqualTo("1023");
        assertThat(Units.bytes("max")).isEqualTo("max");
        assertThat(Units.bytes(null)).isEmpty();
    }
}
