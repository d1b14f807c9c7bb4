package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Config;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the supervisor until it is told to end; managed groups run on. */
@Command(name = "serve", description = "Run the supervisor. SIGTERM ends it and leaves managed groups running.")
final class ServeVerb extends Verb {

    @Mixin
    private ServerFlags flags = new ServerFlags();

    ServerFlags flags() {
        return flags;
    }

    @Override
    public Integer call() {
        return serve(shell(), flags);
    }

    static int serve(Shell shell, ServerFlags flags) {
        Config config = flags.config();
        RunningVigia running = shell.front().start(config);
        ServiceManager manager = ServiceManager.of(shell);
        Ending ending = new Ending(running, false, manager::stopping, () -> {});
        running.follow(config, flags::load);
        shell.err()
                .println("vigia: ready, http://" + config.listen().host() + ":" + running.port() + "/ and "
                        + config.socket());
        manager.ready("http://" + config.listen().host() + ":" + running.port() + "/ and " + config.socket());
        Duration every = manager.watchdogEvery();
        if (every != null) {
            running.repeatOnKernelLoop(every, manager::alive);
        }
        ending.await();
        return Exit.DONE;
    }
}
