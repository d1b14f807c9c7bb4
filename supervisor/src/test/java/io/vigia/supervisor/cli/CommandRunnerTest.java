package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.model.Problem;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRunnerTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsTheVersion() {
        assertThat(run("version")).isZero();
        assertThat(text(out)).isEqualTo("vigia 1.2.3\n");
    }

    @Test
    void failsWhenItsOutputIsNotTaken() throws IOException {
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            Printer file = Printer.to(full.getFD(), false, false);
            assertThat(CommandRunner.run(shell(file), "version")).isEqualTo(Exit.FAILED);
            assertThat(text(err))
                    .startsWith("vigia: could not write all of the output: ")
                    .hasLineCount(1);
        }
    }

    @Test
    void leavesInPeaceWhoeverReadsNoFurther() throws IOException {
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            Printer pipe = Printer.to(full.getFD(), true, false);
            assertThat(CommandRunner.run(shell(pipe), "version")).isEqualTo(Exit.DONE);
            assertThat(text(err)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nosuch", "get", "get nonsense", "set demo nothing", "delete group", "completion tcsh"})
    void refusesBadUsageInOneLine(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(Exit.USAGE);
        assertThat(text(err)).startsWith("vigia: ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "up --nosuch, there is no option '--nosuch'",
        "up --detahc, 'there is no option ''--detahc'', did you mean ''--detach''?'",
        "up --lisen=x demo.yaml, 'there is no option ''--lisen'', did you mean ''--listen''?'",
        "up, Missing required parameter",
        "frobnicate, there is no verb 'frobnicate';",
        "desribe, 'there is no verb ''desribe'', did you mean ''describe''?'",
    })
    void namesTheSlip(String arguments, String said) {
        assertThat(run(arguments.split(" "))).isEqualTo(Exit.USAGE);
        assertThat(text(err)).startsWith("vigia: " + said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get groups", "describe group a", "tree a", "set a pids.max=3", "events -f", "explain x"})
    void saysThatThereIsNoServer(String arguments) {
        String socket = directory.resolve("none.sock").toString();
        assertThat(run((arguments + " --socket " + socket).split(" "))).isEqualTo(Exit.NO_SERVER);
        assertThat(text(err)).startsWith("vigia: no vigia answers at " + socket).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"top", "exec demo -- ls", "simulate -f x"})
    void saysWhatIsNotSupportedYet(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(Exit.FAILED);
        assertThat(text(err)).startsWith("vigia: not supported yet");
    }

    @Test
    void tellsThePlaceOfAMistake() throws IOException {
        Path file = Files.writeString(directory.resolve("a.yaml"), "apiVersion: vigia.io/v1\nkind: Nonsense\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(text(err)).contains(file + ":2:7: ");
    }

    @Test
    void tellsEachMistakeOfTheConfigurationInALineOfItsOwn() throws IOException {
        Path file = Files.writeString(directory.resolve("v.yaml"), "lisen: x\nstateDirs: y\n");
        assertThat(run("serve", "--config", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(text(err).lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("vigia: " + file + ":1:1: "),
                        line -> assertThat(line).startsWith("  " + file + ":2:1: "));
    }

    @Test
    void checksEveryFileOfADirectory() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), "listen: 127.0.0.1:1\n");
        Path b = Files.writeString(directory.resolve("b.yml"), "lisen: x\n");
        Files.writeString(directory.resolve("notes.txt"), "not: [read");
        assertThat(run("check", directory.toString())).isEqualTo(Exit.USAGE);
        assertThat(text(out)).contains("a.yaml: valid");
        assertThat(text(err)).contains(b + ":1:1: ").hasLineCount(1);
    }

    @Test
    void refusesToCheckADirectoryOfNothing() throws IOException {
        Files.writeString(directory.resolve("policy"), "kind: Policy\n");
        assertThat(run("check", directory.toString())).isEqualTo(Exit.USAGE);
        assertThat(text(err)).contains(directory + ": holds no file that ends in .yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void completesEveryVerb(String dialect) {
        assertThat(run("completion", dialect)).isZero();
        assertThat(text(out)).contains("describe", "explain", "--token-file".substring(2));
    }

    private int run(String... arguments) {
        return CommandRunner.run(shell(new PrintStream(out, true, StandardCharsets.UTF_8)), arguments);
    }

    private Shell shell(PrintStream to) {
        return new Shell(
                to,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                false,
                config -> {
                    throw Problem.of(Problem.Kind.INTERNAL, "nothing is started in this test");
                },
                "1.2.3");
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
