package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.CgroupKeyed;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The hugetlb controller of cgroup v2: a file for each size of huge pages that the host has. */
final class HugetlbFiles {
    private static final List<String> SIZES = sizes(Path.of("/sys/kernel/mm/hugepages"));
    private static final long UNIT = 1024;

    private HugetlbFiles() {}

    /** {@code max} of {@code hugetlb.SIZE.events.local}, of all sizes together: pages that were refused in the group itself. */
    static Reading<Long> maxEventsLocal(CgroupDir directory) {
        Reading<Long> sum = Reading.unknown("the group does not account for huge pages");
        for (String size : SIZES) {
            String file = "hugetlb." + size + ".events.local";
            Reading<Long> one = Readings.parse(directory.read(file), file, text -> new CgroupKeyed(text).get("max"));
            if (one instanceof Reading.Gone<Long>) {
                return one;
            }
            if (one instanceof Reading.Known<Long>(Long more)) {
                sum = Reading.known(more + (sum instanceof Reading.Known<Long>(Long before) ? before : 0));
            }
        }
        return sum;
    }

    /** {@code 2MB} for {@code hugepages-2048kB}: as the kernel names the files (mm/hugetlb_cgroup.c, mem_fmt). */
    static List<String> sizes(Path sysfs) {
        List<String> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(sysfs, "hugepages-*kB")) {
            for (Path one : found) {
                String name = String.valueOf(one.getFileName());
                long kib = Long.parseLong(name.substring("hugepages-".length(), name.length() - "kB".length()));
                boolean gib = kib >= UNIT * UNIT;
                String unit = gib ? "GB" : kib >= UNIT ? "MB" : "KB";
                long count = gib ? kib / UNIT / UNIT : kib >= UNIT ? kib / UNIT : kib;
                all.add(String.format(Locale.ROOT, "%d%s", count, unit));
            }
        } catch (IOException e) {
            // A kernel without huge pages.
            return List.of();
        }
        return List.copyOf(all);
    }
}
