package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Check;
import io.vigia.supervisor.config.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Whether files are valid. */
@Command(
        name = "check",
        description = "Validate configuration, manifests and policies: file:line:column and the reason.")
final class CheckVerb extends Verb {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Override
    public Integer call() {
        int code = Exit.DONE;
        for (String file : files) {
            String name = file.equals("-") ? "stdin" : file;
            List<Diagnostic> diagnostics = Check.check(name, ManifestFiles.bytes(file));
            for (Diagnostic diagnostic : diagnostics) {
                CommandRunner.say(shell(), diagnostic.toString());
                code = Exit.USAGE;
            }
            if (diagnostics.isEmpty()) {
                shell().line(name + ": valid");
            }
        }
        return code;
    }
}
