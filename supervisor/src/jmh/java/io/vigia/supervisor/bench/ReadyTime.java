package io.vigia.supervisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * From the start of the launcher to the first 200 of {@code /readyz}, with and without the AOT cache that the build leaves, beside
 * {@code vigia version}. Target: 0.5 s with it.
 */
public final class ReadyTime {
    private static final int RUNS = 10;
    private static final String OFF = "-XX:AOTMode=off";

    private ReadyTime() {}

    public static void main(String[] arguments) throws Exception {
        boolean cached = Files.exists(Path.of("target", "vigia.aot"));
        Machine.print(
                "ReadyTime",
                "./vigia serve with an empty state folder and no groups, polled every 2 ms; " + RUNS
                        + " starts each, in turn; floor: ./vigia version to its end; AOT cache "
                        + (cached ? "there" : "not there: the build made none"));
        try (Workplace place = new Workplace()) {
            List<Long> with = new ArrayList<>();
            List<Long> without = new ArrayList<>();
            List<Long> floor = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                floor.add(version());
                with.add(ready(place, "with" + i, Map.of()));
                without.add(ready(place, "without" + i, Map.of("VIGIA_JAVA_OPTS", OFF)));
            }
            Spread measured = Spread.of(with);
            Machine.say(Spread.header());
            Machine.say(Spread.of(floor).row("floor: vigia version"));
            Machine.say(measured.row(cached ? "ready, AOT cache" : "ready, no AOT cache to be had"));
            Machine.say(Spread.of(without).row("ready, AOT cache off"));
            Machine.say("ratio of the medians "
                    + Spread.ratio(measured.p50(), Spread.of(floor).p50())
                    + "; target 0.5 s (median): " + (cached && measured.p50() <= 500_000_000 ? "met" : "not met")
                    + "; load average at the end " + Machine.load());
        }
    }

    private static long ready(Workplace place, String name, Map<String, String> environment) throws IOException {
        try (Served served = Served.below(place, Files.createDirectory(place.folder.resolve(name)), environment)) {
            return served.readyNanos();
        }
    }

    private static long version() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of("..", "vigia").toString(), "version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("VIGIA_LAUNCHER", "nobuild");
        long began = System.nanoTime();
        Process process = builder.start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("vigia version hangs");
        }
        return System.nanoTime() - began;
    }
}
