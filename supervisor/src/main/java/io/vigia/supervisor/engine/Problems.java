package io.vigia.supervisor.engine;

import io.vigia.supervisor.model.Problem;

/** What the engine refuses, in words. */
final class Problems {
    private Problems() {}

    static Problem noSuchGroup(String name) {
        return Problem.of(Problem.Kind.NOT_FOUND, "there is no managed group " + name);
    }

    static Problem nowhere() {
        return Problem.of(
                Problem.Kind.REFUSED,
                "no groups can be made: in its own cgroup namespace vigia does not see where it is in the tree that is"
                        + " mounted here. Name the cgroup below which it may make them: --parent, VIGIA_PARENT, or"
                        + " 'parent' in the configuration");
    }

    static Problem noSuchContainer(String name, String container) {
        return Problem.of(Problem.Kind.NOT_FOUND, "there is no container " + container + " in group " + name);
    }

    static Problem beingDeleted(String name) {
        return Problem.of(Problem.Kind.CONFLICT, "group " + name + " is being deleted");
    }
}
