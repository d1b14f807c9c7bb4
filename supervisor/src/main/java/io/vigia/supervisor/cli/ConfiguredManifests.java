package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.Diagnostic;
import io.vigia.supervisor.config.ManifestDirectories;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.file.Path;

/** What {@code groups.d} and {@code policies.d} ask for when {@code serve} starts. A file with a mistake is told and left out. */
final class ConfiguredManifests {
    private ConfiguredManifests() {}

    /** Blocking. */
    static void apply(Shell shell, Config config, RunningVigia running) {
        Path directory = config.configDirectory();
        if (directory == null) {
            return;
        }
        try {
            ManifestDirectories.Change change = ManifestDirectories.NONE.to(ManifestDirectories.read(directory));
            for (Diagnostic diagnostic : change.diagnostics()) {
                CommandRunner.say(shell, diagnostic.toString());
            }
            if (!change.isEmpty()) {
                running.apply(change.groups().added(), change.policies().added());
            }
        } catch (IOException e) {
            CommandRunner.say(shell, directory + " cannot be listed (" + e + "): nothing of it is used");
        } catch (Problem e) {
            CommandRunner.say(shell, "not all of " + directory + " could be applied: " + e.getMessage());
        }
    }
}
