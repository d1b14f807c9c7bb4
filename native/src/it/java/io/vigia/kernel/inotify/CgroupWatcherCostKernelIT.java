package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.event.KernelEvent.CgroupCreated;
import io.vigia.kernel.event.KernelEvent.CgroupRemoved;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What many groups cost in watches and descriptors. */
class CgroupWatcherCostKernelIT extends WatchedTree {
    @Test
    void watchesAndDescriptorsAreBackAfterAThousandShortGroups() {
        startAndSettle();
        cgroups.create("warm");
        awaitCreated(cgroups.path("warm"));
        cgroups.remove("warm");
        awaitRemoved(cgroups.path("warm"));
        long watchesBefore = inotifyLines();
        long descriptorsBefore = openDescriptors();
        for (int i = 0; i < 1000; i++) {
            cgroups.create("g" + i % 7);
            cgroups.remove("g" + i % 7);
        }
        await().atMost(Patience.of(30)).until(() -> of(CgroupRemoved.class).count() == 1001);
        assertThat(of(CgroupCreated.class)).hasSize(1001);
        assertThat(loop.call(watcher::count)).isZero();
        assertThat(inotifyLines()).isEqualTo(watchesBefore);
        await().atMost(Patience.of(10)).until(() -> openDescriptors() <= descriptorsBefore);
    }

    @Test
    void twoThousandGroupsAreListedWithoutHoldingDescriptors() {
        IntStream.range(0, 2000).forEach(i -> cgroups.create("g" + i));
        long descriptorsBefore = openDescriptors();
        startAndSettle();
        assertThat(of(CgroupCreated.class)).hasSize(2000);
        assertThat(openDescriptors()).isLessThan(descriptorsBefore + 20);
        assertThat(watcher.support()).isInstanceOf(Support.Available.class);
    }

    private static long openDescriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
