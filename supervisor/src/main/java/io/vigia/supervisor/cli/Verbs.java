package io.vigia.supervisor.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every verb, so that one can be had without the others: to read what all of them take is a third of the start of one. */
final class Verbs {
    /** As {@code --help} lists them. */
    static final List<String> NAMES = List.of(
            "serve",
            "up",
            "run",
            "apply",
            "delete",
            "get",
            "describe",
            "tree",
            "set",
            "freeze",
            "thaw",
            "restart",
            "stop",
            "kill",
            "reclaim",
            "logs",
            "events",
            "explain",
            "check",
            "doctor",
            "top",
            "exec",
            "simulate",
            "version",
            "completion");

    private Verbs() {}

    /** @return {@code null} when there is none of that name */
    static @Nullable Verb of(String name) {
        return switch (name) {
            case "serve" -> new ServeVerb();
            case "up" -> new UpVerb();
            case "run" -> new RunVerb();
            case "apply" -> new ApplyVerb();
            case "delete" -> new DeleteVerb();
            case "get" -> new GetVerb();
            case "describe" -> new DescribeVerb();
            case "tree" -> new TreeVerb();
            case "set" -> new SetVerb();
            case "freeze" -> new FreezeVerb();
            case "thaw" -> new ThawVerb();
            case "restart" -> new RestartVerb();
            case "stop" -> new StopVerb();
            case "kill" -> new KillVerb();
            case "reclaim" -> new ReclaimVerb();
            case "logs" -> new LogsVerb();
            case "events" -> new EventsVerb();
            case "explain" -> new ExplainVerb();
            case "check" -> new CheckVerb();
            case "doctor" -> new DoctorVerb();
            case "top" -> new TopVerb();
            case "exec" -> new ExecVerb();
            case "simulate" -> new SimulateVerb();
            case "version" -> new VersionVerb();
            case "completion" -> new CompletionVerb();
            default -> null;
        };
    }
}
