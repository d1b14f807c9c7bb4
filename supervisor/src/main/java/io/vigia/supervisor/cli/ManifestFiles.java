package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Check;
import io.vigia.supervisor.config.Diagnostic;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.config.Manifests;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.PolicySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Manifests from files, each mistake told with its place. {@code -} is standard input. */
final class ManifestFiles {
    private final List<GroupSpec> groups = new ArrayList<>();
    private final List<PolicySpec> policies = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    /** @throws Problem if a file has a mistake, every one of which was written to standard error */
    static ManifestFiles read(Shell shell, List<String> files) {
        ManifestFiles read = new ManifestFiles();
        files.forEach(file -> named(file).forEach(read::add));
        if (!read.diagnostics.isEmpty()) {
            read.diagnostics
                    .subList(0, read.diagnostics.size() - 1)
                    .forEach(d -> CommandRunner.say(shell, d.toString()));
            throw Problem.of(
                    Problem.Kind.INVALID,
                    read.diagnostics.get(read.diagnostics.size() - 1).toString());
        }
        if (read.groups.isEmpty() && read.policies.isEmpty()) {
            throw Problem.of(
                    Problem.Kind.INVALID, String.join(", ", files) + ": holds no group and no policy; nothing to do");
        }
        return read;
    }

    /** A directory stands for the files in it. May block. */
    private static List<String> named(String file) {
        if (file.equals("-") || !Files.isDirectory(Path.of(file))) {
            return List.of(file);
        }
        try {
            return Check.files(Path.of(file)).stream().map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be listed", e);
        }
    }

    /** May block. */
    static byte[] bytes(String file) {
        try {
            return file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String file) {
        Manifests.Result result = Manifests.parse(file.equals("-") ? "stdin" : file, bytes(file));
        groups.addAll(result.groups());
        policies.addAll(result.policies());
        diagnostics.addAll(result.diagnostics());
    }

    List<GroupSpec> groups() {
        return groups;
    }

    List<PolicySpec> policies() {
        return policies;
    }
}
