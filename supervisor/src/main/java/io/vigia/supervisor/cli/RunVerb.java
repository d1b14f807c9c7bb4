package io.vigia.supervisor.cli;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.config.LimitText;
import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one command as the only container of a vigia of its own, and ends as the command ends. */
@Command(
        name = "run",
        description = {
            "Run a command under supervision, in a cgroup of its own with limits: on this terminal, until it ends.",
            "The exit code is the command's, 128 and the signal's number if one ended it, 127 if there is no such"
                    + " command, 126 if it cannot be run."
        })
final class RunVerb extends Verb {
    @Option(
            names = "--limit",
            arity = "1..*",
            paramLabel = "FILE=VALUE",
            description = "For example --limit memory.max=64Mi cpu.max=50%%, then -- before the command.")
    private List<String> limits = new ArrayList<>();

    @Option(names = "--unshare", paramLabel = "NS,…", description = "Namespaces of its own. (Not supported yet.)")
    private @Nullable String unshare;

    @Option(names = "--rootfs", paramLabel = "DIR", description = "Another root directory. (Not supported yet.)")
    private @Nullable String rootfs;

    @Option(names = "--image", paramLabel = "REF", description = "From an image. (Not supported yet.)")
    private @Nullable String image;

    @Parameters(arity = "1..*", paramLabel = "CMD", description = "The command and its arguments.")
    private List<String> command = new ArrayList<>();

    @Mixin
    private ServerFlags flags = new ServerFlags();

    @Override
    public Integer call() {
        refuseLater("--unshare", unshare);
        refuseLater("--rootfs", rootfs);
        refuseLater("--image", image);
        Map<LimitFile, LimitValue> wanted = limits();
        Errand errand = new Errand(shell(), command);
        GroupSpec group = errand.group(wanted);
        PrivateState own = PrivateState.make("run");
        RunningVigia running;
        try {
            Config config = flags.config(new Config.Listen("127.0.0.1", 0), own.socket(), own.state());
            Quiet.logs(shell());
            running = shell().front().start(config);
        } catch (RuntimeException e) {
            own.remove();
            throw e;
        }
        Ending ending = new Ending(running, true, own::remove);
        try {
            return errand.run(running, group);
        } finally {
            ending.stop();
        }
    }

    private static void refuseLater(String option, @Nullable String value) {
        if (value != null) {
            throw Problem.of(
                    Problem.Kind.NOT_SUPPORTED_YET,
                    "not supported yet: " + option + "; without it the command runs as a plain process");
        }
    }

    private Map<LimitFile, LimitValue> limits() {
        Map<LimitFile, LimitValue> wanted = new EnumMap<>(LimitFile.class);
        for (String one : limits) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw usage("--limit: '" + one
                        + "' is no FILE=VALUE, for example memory.max=64Mi; write -- before the command");
            }
            String name = one.substring(0, equals);
            LimitFile file = LimitFile.ofFileName(name)
                    .orElseThrow(() -> usage("--limit: unknown limit '" + name + "'; known: "
                            + Stream.of(LimitFile.values())
                                    .map(LimitFile::fileName)
                                    .collect(Collectors.joining(", "))));
            try {
                if (wanted.put(file, LimitText.parse(file, one.substring(equals + 1))) != null) {
                    throw usage("--limit: " + name + " is given twice");
                }
            } catch (IllegalArgumentException e) {
                throw usage("--limit " + name + ": " + e.getMessage());
            }
        }
        return wanted;
    }
}
