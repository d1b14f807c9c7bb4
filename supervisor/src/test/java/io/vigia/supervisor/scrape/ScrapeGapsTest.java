package io.vigia.supervisor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.cgroup.CgroupMeter;
import io.vigia.kernel.cgroup.CgroupMeters;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.process.ProcessNetwork;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.metrics.ByteText;
import io.vigia.metrics.Counters;
import io.vigia.metrics.Exposition;
import io.vigia.metrics.Format;
import io.vigia.metrics.GroupLabels;
import io.vigia.metrics.GroupSample;
import io.vigia.metrics.Meters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrapeGapsTest {
    @TempDir
    Path logs;

    private final Meters meters = new Meters();
    private final ScrapeGaps gaps = new ScrapeGaps(new Counters(meters.collectors(), "test", List.of(), List.of()));
    private boolean isShort;

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void countsGroupsLeftOutAndThoseReadInPart() throws Exception {
        try (GroupSamples samples = samples()) {
            assertThat(read(samples)).containsExactly("/whole", "/part", "/left-out");
            assertThat(exposed()).contains("vigia_scrape_incomplete_groups 0.0");
        }
        isShort = true;
        try (GroupSamples samples = samples()) {
            assertThat(read(samples)).as("a scrape goes on").containsExactly("/whole", "/part");
            assertThat(exposed()).contains("vigia_scrape_incomplete_groups 2.0");
            isShort = false;
            assertThat(read(samples)).containsExactly("/whole", "/part", "/left-out");
            assertThat(exposed()).contains("vigia_scrape_incomplete_groups 0.0");
        }
    }

    private GroupSamples samples() {
        return new GroupSamples(
                new Shortable(),
                new ProcessNetwork(new JnaSyscalls()),
                new PodNames(logs),
                new BlockDevices(logs),
                gaps);
    }

    private static List<String> read(GroupSamples samples) {
        return samples.read(List.of(known("/whole"), known("/part"), known("/left-out"))).stream()
                .map(GroupSample::labels)
                .map(GroupLabels::name)
                .toList();
    }

    private static GroupSamples.Known known(String path) {
        return new GroupSamples.Known(new CgroupPath(path), id(path), CgroupMeter.Told.NOTHING, path, -1);
    }

    private static CgroupId id(String path) {
        return new CgroupId(path.length());
    }

    private String exposed() {
        ByteText text = new ByteText();
        new Exposition(meters.collectors()).render(List.of(), Format.of(null), 0, text);
        return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
    }

    private final class Shortable implements CgroupMeters {
        @Override
        public Reading<CgroupMeter> open(CgroupPath path) {
            if (isShort && path.text().equals("/left-out")) {
                throw KernelException.of("openat", path.text(), Errno.EMFILE);
            }
            return Reading.known(new Meter(path.text()));
        }

        @Override
        public void beginRound() {}

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private final class Meter implements CgroupMeter {
        private final String path;

        private Meter(String path) {
            this.path = path;
        }

        @Override
        public CgroupId id() {
            return ScrapeGapsTest.id(path);
        }

        @Override
        public boolean read(CgroupNumbers into, Told told) {
            return true;
        }

        @Override
        public @Nullable String refused() {
            return isShort && path.equals("/part") ? "openat /part/memory.stat: EMFILE" : null;
        }

        @Override
        public long madeMillis() {
            return CgroupNumbers.UNKNOWN;
        }

        @Override
        public void close() {}
    }
}
