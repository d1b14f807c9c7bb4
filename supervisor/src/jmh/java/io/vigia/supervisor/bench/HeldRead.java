package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.CgroupMeter;
import io.vigia.kernel.cgroup.CgroupMeters;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All numbers of one group with a process in it through held descriptors, as a scrape reads them, beside the same files read in C, and beside
 * opening what is asked for anew.
 */
public final class HeldRead {
    private static final int BATCH = 200;
    private static final int WARM_UP = 30;
    private static final int BATCHES = 100;

    private HeldRead() {}

    public static void main(String[] arguments) throws Exception {
        Machine.print(
                "HeldRead",
                "one group with a process in every hierarchy; wall clock of " + BATCH + " readings in a row, " + WARM_UP
                        + " times of warm-up, then " + BATCHES
                        + "; floor: pread in C of the files that are held, CPU time");
        try (Workplace place = new Workplace()) {
            CgroupPath path = place.parent.child("held");
            Cgroup group = place.cgroups.create(path);
            place.fill(group);
            List<String> files;
            List<Long> held;
            try (CgroupMeters meters = place.cgroups.meters();
                    CgroupMeter meter = open(meters, path)) {
                CgroupNumbers numbers = new CgroupNumbers();
                held = readings(() -> {
                    meters.beginRound();
                    return meter.read(numbers, CgroupMeter.Told.NOTHING);
                });
                files = place.heldFiles(List.of(path));
            }
            List<Long> opened = readings(() -> group.readLimit(LimitFile.CPU_MAX) instanceof Reading.Known);

            List<String> many = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                many.addAll(files);
            }
            List<String> floor = CProgram.compile(place.folder, "readfloor").run(50, many, Integer.toString(BATCHES));
            Spread least = Spread.of(floor.stream()
                    .skip(1)
                    .map(line -> Long.parseLong(line) / BATCH)
                    .toList());
            Spread measured = Spread.of(held);
            Machine.say(Spread.header());
            Machine.say(least.row("floor: C, one pread of " + files.size() + " files"));
            Machine.say(measured.row("vigia, all numbers of a group"));
            Machine.say(Spread.of(opened).row("vigia, one limit, opened for it"));
            Machine.say(String.format(
                            Locale.ROOT,
                            "%.1f µs for each file held; ratio of the medians ",
                            measured.p50() / 1e3 / files.size())
                    + Spread.ratio(measured.p50(), least.p50()) + "; load average at the end " + Machine.load());
        }
    }

    private static CgroupMeter open(CgroupMeters meters, CgroupPath path) throws IOException {
        if (meters.open(path) instanceof Reading.Known<CgroupMeter>(CgroupMeter meter)) {
            return meter;
        }
        throw new IOException("no cgroup " + path);
    }

    private interface OneReading {
        boolean read();
    }

    /** Nanoseconds for each, as means of a batch. */
    private static List<Long> readings(OneReading reading) throws IOException {
        List<Long> means = new ArrayList<>();
        for (int i = 0; i < WARM_UP + BATCHES; i++) {
            long began = System.nanoTime();
            for (int j = 0; j < BATCH; j++) {
                if (!reading.read()) {
                    throw new IOException("the group is gone");
                }
            }
            if (i >= WARM_UP) {
                means.add((System.nanoTime() - began) / BATCH);
            }
        }
        return means;
    }
}
