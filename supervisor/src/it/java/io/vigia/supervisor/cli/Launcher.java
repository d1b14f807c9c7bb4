package io.vigia.supervisor.cli;

import io.vigia.supervisor.guest.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** The launcher as users call it, with what this build made: nothing is built by a test, and settings of whoever tests are not for it. */
public final class Launcher {
    private Launcher() {}

    /** The words to start it with. It becomes the JVM, so that the process that is started is vigia's own. */
    public static List<String> command(String javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env"));
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith("VIGIA_"))
                .forEach(name -> command.addAll(List.of("-u", name)));
        command.addAll(List.of(
                "VIGIA_LAUNCHER=nobuild",
                "VIGIA_JAVA_HOME=" + System.getProperty("java.home"),
                "VIGIA_JAVA_OPTS=" + javaOptions,
                Path.of("..", "vigia").toAbsolutePath().normalize().toString()));
        command.addAll(arguments);
        return command;
    }

    /** The same as at a terminal: who is started by a shell in the background of a script has an interrupt ignored. */
    public static List<String> interruptible(String javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(command(javaOptions, arguments));
        return command;
    }

    /** As Ctrl-C does. */
    public static void interrupt(Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        Assertions.assertTrue(kill.waitFor(Patience.seconds(60), TimeUnit.SECONDS), "kill does not end");
    }
}
