package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine.Command;

class VerbsTest {
    @ParameterizedTest
    @FieldSource("io.vigia.supervisor.cli.Verbs#NAMES")
    void calledWhatItIsListedAs(String name) {
        Verb verb = Objects.requireNonNull(Verbs.of(name));
        assertThat(verb.getClass().getAnnotation(Command.class).name()).isEqualTo(name);
    }

    @Test
    void knowsNoOther() {
        assertThat(Verbs.of("gte")).isNull();
    }
}
