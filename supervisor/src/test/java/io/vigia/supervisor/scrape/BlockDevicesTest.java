package io.vigia.supervisor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDevicesTest {
    @TempDir
    Path sysfs;

    @Test
    void namesADeviceAsItsFileIsCalled() throws Exception {
        device("8:16", "MAJOR=8\nMINOR=16\nDEVNAME=sdb\nDEVTYPE=disk\n");
        device("104:0", "MAJOR=104\nMINOR=0\nDEVNAME=cciss/c0d0\n");
        BlockDevices devices = new BlockDevices(sysfs);
        assertThat(devices.name(8, 16)).isEqualTo("/dev/sdb");
        assertThat(devices.name(104, 0)).isEqualTo("/dev/cciss/c0d0");
    }

    @Test
    void callsOthersByTheirNumber() throws Exception {
        device("8:0", "MAJOR=8\nMINOR=0\n");
        BlockDevices devices = new BlockDevices(sysfs);
        assertThat(devices.name(8, 0)).isEqualTo("8:0");
        assertThat(devices.name(9, 1)).as("there is none").isEqualTo("9:1");
    }

    @Test
    void looksAgainInTheNextRound() throws Exception {
        device("8:16", "DEVNAME=sdb\n");
        BlockDevices devices = new BlockDevices(sysfs);
        assertThat(devices.name(8, 16)).isEqualTo("/dev/sdb");
        device("8:16", "DEVNAME=sdc\n");
        assertThat(devices.name(8, 16)).isEqualTo("/dev/sdb");
        devices.beginRound();
        assertThat(devices.name(8, 16)).isEqualTo("/dev/sdc");
    }

    private void device(String number, String uevent) throws IOException {
        Path folder = Files.createDirectories(sysfs.resolve("dev/block").resolve(number));
        Files.writeString(folder.resolve("uevent"), uevent);
    }
}
