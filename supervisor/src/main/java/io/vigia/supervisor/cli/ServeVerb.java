package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the supervisor until it is told to end; managed groups run on. */
@Command(name = "serve", description = "Run the supervisor. SIGTERM ends it and leaves managed groups running.")
final class ServeVerb extends Verb {

    @Mixin
    private ServerFlags flags = new ServerFlags();

    @Override
    public Integer call() {
        Config config = flags.config();
        RunningVigia running = shell().front().start(config);
        Ending ending = new Ending(running, false, () -> {});
        ConfiguredManifests.apply(shell(), config, running);
        shell().err()
                .println("vigia: ready, http://" + config.listen().host() + ":" + running.port() + "/ and "
                        + config.socket());
        ending.await();
        return Exit.DONE;
    }
}
