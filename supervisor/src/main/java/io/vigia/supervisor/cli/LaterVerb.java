package io.vigia.supervisor.cli;

import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** A verb that the contract has and this version has not. */
@Command
abstract class LaterVerb extends Verb {
    private final String name;

    @Unmatched
    private List<String> ignored = new ArrayList<>();

    LaterVerb(String name) {
        this.name = name;
    }

    @Override
    public final Integer call() {
        throw Problem.of(
                Problem.Kind.NOT_SUPPORTED_YET,
                "not supported yet: " + name + (ignored.isEmpty() ? "" : " " + String.join(" ", ignored)));
    }
}
