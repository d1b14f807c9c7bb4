package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugetlbFilesTest {
    @TempDir
    Path sysfs;

    @Test
    void namesSizesAsTheKernelDoes() throws Exception {
        for (String one : List.of("hugepages-64kB", "hugepages-2048kB", "hugepages-1048576kB", "demote")) {
            Files.createDirectory(sysfs.resolve(one));
        }
        assertThat(HugetlbFiles.sizes(sysfs)).containsExactlyInAnyOrder("64KB", "2MB", "1GB");
        assertThat(HugetlbFiles.sizes(sysfs.resolve("none"))).isEmpty();
    }
}
