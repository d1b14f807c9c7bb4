package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ServerFlagsTest {
    @TempDir
    Path directory;

    @Test
    void readsWithoutPicocliWhatPicocliReads() {
        List<String> flags = serveOptions().stream()
                .filter(option -> !option.usageHelp())
                .map(OptionSpec::longestName)
                .toList();
        assertThat(flags).isNotEmpty();
        for (String flag : flags) {
            assertThat(ServerFlags.ofPlainServe("serve", flag, "x")).as(flag).isNotNull();
        }
    }

    @Test
    void givesTheSameConfigurationAsPicocli() throws Exception {
        Path file = Files.writeString(directory.resolve("vigia.yaml"), "observe: [/a]\n");
        String[] arguments = {
            "serve",
            "--listen",
            "127.0.0.1:4711",
            "--socket",
            directory.resolve("s").toString(),
            "--state-dir",
            directory.resolve("state").toString(),
            "--parent",
            "/p",
            "--config",
            file.toString()
        };
        var parsed = CommandLines.of(shell()).parseArgs(arguments).subcommand();
        ServeVerb verb = (ServeVerb) parsed.commandSpec().userObject();
        ServerFlags plain = Objects.requireNonNull(ServerFlags.ofPlainServe(arguments));
        assertThat(plain.config()).isEqualTo(verb.flags().config());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get groups",
                "serve --help",
                "serve --nosuch x",
                "serve --socket",
                "serve --socket -x",
                "serve --socket=x y",
                "serve --socket a --socket b",
                "serve @file",
                "--help"
            })
    void leavesAllElseToPicocli(String arguments) {
        assertThat(ServerFlags.ofPlainServe(arguments.split(" "))).isNull();
    }

    private static List<OptionSpec> serveOptions() {
        CommandLine serve =
                Objects.requireNonNull(CommandLines.of(shell()).getSubcommands().get("serve"));
        return serve.getCommandSpec().options();
    }

    private static Shell shell() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Shell(
                nowhere,
                nowhere,
                Map.of(),
                false,
                config -> {
                    throw new IllegalStateException("nothing is started here");
                },
                "1.2.3");
    }
}
