package io.vigia.supervisor.bench;

import io.vigia.kernel.model.CgroupPath;
import java.nio.file.Path;

/** Runs a node until it is ended, where {@code vigia serve} cannot. Arguments: state folder, parent, port. */
public final class BenchServe {
    private BenchServe() {}

    public static void main(String[] arguments) throws Exception {
        BenchNode node =
                new BenchNode(Path.of(arguments[0]), new CgroupPath(arguments[1]), Integer.parseInt(arguments[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    }

    private static void close(BenchNode node) {
        try {
            node.close();
        } catch (Exception e) {
            Machine.say("not closed: " + e);
        }
    }
}
