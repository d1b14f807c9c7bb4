package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code run} and {@code up -d} as programs of their own. */
final class RunKernelIT extends StartedProgram {
    private static final int USAGE = 2;
    private static final int REFUSED = 5;
    private static final Duration BOUND = Duration.ofSeconds(Program.SECONDS);

    @Test
    void connectsTheStreamsAndEndsWithTheCommandsCode() throws Exception {
        Path in = Files.writeString(folder.resolve("in"), "from standard input\n");
        Program.Result result = program.run(
                in, "run", "--parent", "/" + program.parent, "--limit", "pids.max=50", "--", "sh", "-c", """
                cat; pwd; echo "$VIGIA_GROUP" | cut -c1-4; echo to stderr >&2; exit 7\
                """);
        assertThat(result)
                .isEqualTo(new Program.Result(
                        7, "from standard input\n" + Path.of("").toAbsolutePath() + "\nrun-\n", "to stderr\n"));
    }

    @Test
    void tellsACommandThatIsMissing() throws Exception {
        Program.Result result = program.run("run", "--parent", "/" + program.parent, "no-such-command");
        assertThat(result.code()).isEqualTo(127);
        assertThat(result.err()).startsWith("vigia: cannot run no-such-command: there is no such command");
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void passesSignalsOn() throws Exception {
        Process process = program.start(
                Path.of("/dev/null"), program.command("run", "--parent", "/" + program.parent, "sh", "-c", """
                    trap 'echo asked to end; exit 3' TERM; echo ready; while :; do sleep 0.05; done\
                    """));
        await().atMost(BOUND).until(() -> program.text("out").contains("ready"));
        process.destroy();
        assertThat(program.end(process)).isEqualTo(new Program.Result(3, "ready\nasked to end\n", ""));
    }

    @Test
    void endsByAnInterrupt() throws Exception {
        Process process = program.start(
                Path.of("/dev/null"),
                program.interruptible(
                        "run",
                        "--parent",
                        "/" + program.parent,
                        "sh",
                        "-c",
                        "echo ready; kill -INT $PPID; exec sleep 600"));
        assertThat(program.end(process)).isEqualTo(new Program.Result(130, "ready\n", ""));
    }

    @Test
    void runsInTheBackgroundUntilItIsKilled() throws Exception {
        Path manifest = Files.writeString(folder.resolve("demo.yaml"), """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: sleeper}
            spec:
              containers:
                - {name: main, command: [sleep, infinity]}
            """);
        String state = folder.resolve("state").toString();
        Program.Result up = program.run(
                "up",
                "-d",
                "--parent",
                "/" + program.parent,
                "--listen",
                "127.0.0.1:0",
                "--state-dir",
                state,
                manifest.toString());
        assertThat(up.err()).isEmpty();
        Matcher pid = Pattern.compile("kill (\\d+)").matcher(up.out());
        assertThat(pid.find()).isTrue();
        ProcessHandle background =
                ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow();
        try {
            assertThat(up.code()).isZero();
            Matcher socket = Pattern.compile("--socket (\\S+)").matcher(up.out());
            assertThat(socket.find()).isTrue();
            Program.Result get = program.run("get", "containers", "sleeper/main", "--socket", socket.group(1));
            assertThat(get.out()).contains("running");
            Program.Result serve = program.run(
                    "serve",
                    "--parent",
                    "/" + program.parent,
                    "--listen",
                    "127.0.0.1:0",
                    "--socket",
                    folder.resolve("other.sock").toString(),
                    "--state-dir",
                    state);
            assertThat(serve.code()).as(serve.err()).isEqualTo(REFUSED);
            assertThat(serve.err()).contains("another vigia (PID " + background.pid() + ")", "--state-dir");
            Program.Result second = program.run(
                    "up", "-d", "--parent", "/" + program.parent, "--listen", "127.0.0.1:0", manifest.toString());
            assertThat(second.code()).as(second.err()).isEqualTo(REFUSED);
            assertThat(second.err()).contains(program.parent + "/sleeper exists", "vigia apply -f FILE");
            assertThat(program.run("get", "containers", "sleeper/main", "--socket", socket.group(1))
                            .out())
                    .contains("running");
        } finally {
            background.destroy();
            await().atMost(BOUND).until(() -> !background.isAlive());
        }
    }

    @Test
    void tellsWhyTheBackgroundEnded() throws Exception {
        Path manifest = Files.writeString(folder.resolve("policy.yaml"), """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: sleeper}
            spec: {containers: [{name: main, command: [sleep, infinity]}]}
            """);
        Program.Result up = program.run(
                "up", "-d", "--parent", "/" + program.parent, "--listen", "192.0.2.1:9", manifest.toString());
        assertThat(up.code()).isEqualTo(USAGE);
        assertThat(up.err()).contains("192.0.2.1 can be reached by others", "tokens");
    }
}
