package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Check;
import io.vigia.supervisor.config.Diagnostic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Whether files are valid. */
@Command(
        name = "check",
        description = "Validate configuration, manifests and policies: file:line:column and the reason.")
final class CheckVerb extends Verb {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files, or directories of .yaml, .yml and .json files; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Override
    public Integer call() {
        int code = Exit.DONE;
        for (String file : files) {
            code = Math.max(code, file.equals("-") ? check("stdin", file) : named(file));
        }
        return code;
    }

    private int named(String file) {
        List<Path> found;
        try {
            found = Check.files(Path.of(file));
        } catch (IOException e) {
            CommandRunner.say(shell(), file + ": cannot be listed: " + e.getMessage());
            return Exit.USAGE;
        }
        if (found.isEmpty()) {
            CommandRunner.say(shell(), file + ": holds no file that ends in .yaml, .yml or .json");
            return Exit.USAGE;
        }
        return found.stream()
                .mapToInt(one -> check(one.toString(), one.toString()))
                .max()
                .orElse(Exit.DONE);
    }

    private int check(String name, String file) {
        List<Diagnostic> diagnostics =
                Check.check(name, ManifestFiles.bytes(file), file.equals("-") ? null : Path.of(file));
        diagnostics.forEach(diagnostic -> CommandRunner.say(shell(), diagnostic.toString()));
        if (diagnostics.isEmpty()) {
            shell().line(name + ": valid");
        }
        return diagnostics.isEmpty() ? Exit.DONE : Exit.USAGE;
    }
}
