package io.vigia.supervisor.engine;

import io.vigia.supervisor.model.Problem;

/** What the engine refuses, in words. */
final class Problems {
    private Problems() {}

    static Problem noSuchGroup(String name) {
        return Problem.of(Problem.Kind.NOT_FOUND, "there is no managed group " + name);
    }

    static Problem noSuchContainer(String name, String container) {
        return Problem.of(Problem.Kind.NOT_FOUND, "there is no container " + container + " in group " + name);
    }

    static Problem beingDeleted(String name) {
        return Problem.of(Problem.Kind.CONFLICT, "group " + name + " is being deleted");
    }
}
