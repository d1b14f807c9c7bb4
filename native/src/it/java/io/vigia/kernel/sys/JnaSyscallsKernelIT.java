package io.vigia.kernel.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnaSyscallsKernelIT {
    private final JnaSyscalls syscalls = new JnaSyscalls();

    @TempDir
    Path folder;

    private Fd opened(Path path, int flags) {
        return known(syscalls.open(bytes(path.toString()), flags));
    }

    private static <T> T known(Reading<T> reading) {
        assertThat(reading).isInstanceOf(Reading.Known.class);
        return ((Reading.Known<T>) reading).value();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsAgainFromTheStart() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one\n");
        try (Fd fd = opened(file, OpenFlags.O_RDONLY)) {
            byte[] buffer = new byte[64];
            assertThat(known(syscalls.pread(fd, buffer, 0))).isEqualTo(4);
            Files.writeString(file, "three\n");
            assertThat(known(syscalls.pread(fd, buffer, 0))).isEqualTo(6);
            assertThat(new String(buffer, 0, 6, StandardCharsets.UTF_8)).isEqualTo("three\n");
            assertThat(known(syscalls.pread(fd, buffer, 6))).isZero();
        }
    }

    @Test
    void readsMoreThanTheFirstScratchHolds() throws IOException {
        Path file = Files.write(folder.resolve("big"), new byte[100_000]);
        try (Fd fd = opened(file, OpenFlags.O_RDONLY)) {
            assertThat(known(syscalls.pread(fd, new byte[200_000], 0))).isEqualTo(100_000);
        }
    }

    @Test
    void aMissingFileIsGoneAndARefusalNamesCallTargetAndErrno() {
        assertThat(syscalls.open(bytes(folder + "/none"), OpenFlags.O_RDONLY)).isInstanceOf(Reading.Gone.class);
        assertThatThrownBy(() -> syscalls.open(bytes(folder.toString()), OpenFlags.O_WRONLY))
                .isInstanceOfSatisfying(KernelException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EISDIR);
                    assertThat(e.syscall()).isEqualTo("openat");
                    assertThat(e.target()).isEqualTo(folder.toString());
                });
    }

    @Test
    void aClosedDescriptorIsGoneForReaders() throws IOException {
        Fd fd = opened(Files.writeString(folder.resolve("a"), "x"), OpenFlags.O_RDONLY);
        fd.close();
        assertThat(syscalls.pread(fd, new byte[4], 0)).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void refusedWritesSayWhatWasWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "x");
        try (Fd fd = opened(file, OpenFlags.O_RDONLY)) {
            assertThatThrownBy(() -> syscalls.write(fd, bytes("50000 100000\n"), 13))
                    .hasMessageContaining("'50000 100000'")
                    .hasMessageContaining("EBADF");
        }
    }

    @Test
    void makesListsAndRemovesDirectoriesOfAnyName() throws IOException {
        byte[] strange = HexFormat.of().parseHex("ff20e29c9380");
        byte[] longest = bytes("n".repeat(255));
        try (Fd dir = opened(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
            Files.writeString(folder.resolve("file"), "");
            assertThat(syscalls.makeDirectoryAt(dir, strange)).isTrue();
            assertThat(syscalls.makeDirectoryAt(dir, strange)).isFalse();
            assertThat(syscalls.makeDirectoryAt(dir, longest)).isTrue();
            assertThat(known(syscalls.listDirectories(dir))).containsExactlyInAnyOrder(strange, longest);
            List<Long> inodes = new ArrayList<>();
            assertThat(known(syscalls.list(dir, (name, inode, isDirectory) -> inodes.add(inode))))
                    .isEqualTo(3);
            assertThat(inodes).contains(known(syscalls.inodeAt(dir, strange)));
            assertThat(syscalls.removeDirectoryAt(dir, strange)).isTrue();
            assertThat(syscalls.removeDirectoryAt(dir, strange)).isFalse();
            assertThat(syscalls.inodeAt(dir, strange)).isInstanceOf(Reading.Gone.class);
        }
    }

    @Test
    void inodeIsTheOneOfTheOpenedFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "x");
        try (Fd fd = opened(file, OpenFlags.O_PATH)) {
            assertThat(syscalls.inode(fd)).isEqualTo(Files.getAttribute(file, "unix:ino"));
        }
    }

    @Test
    void refusesToFollowALinkWhenAsked() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        assertThatThrownBy(() -> opened(link, OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("ENOTDIR");
    }

    @Test
    void descriptorsAreNotInherited() throws IOException {
        try (Fd fd = opened(folder, OpenFlags.O_RDONLY)) {
            String info = Files.readString(Path.of("/proc/self/fdinfo/" + fd.number()));
            assertThat(info).containsPattern("flags:\\s+02[0-7]{6}");
        }
    }

    @Test
    void eventFdCounts() {
        try (EventFd event = new EventFd(syscalls)) {
            assertThat(event.drain()).isZero();
            event.signal();
            event.signal();
            assertThat(event.drain()).isEqualTo(2);
            assertThat(event.drain()).isZero();
        }
    }

    @Test
    void watchesADirectoryThroughItsDescriptor() throws IOException {
        try (Fd inotify = syscalls.inotifyInit();
                Fd dir = opened(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
            int watch = known(syscalls.inotifyAddWatch(inotify, dir, InotifyMask.IN_CREATE));
            byte[] buffer = new byte[4096];
            assertThat(syscalls.read(inotify, buffer)).isEqualTo(-1);
            Files.writeString(folder.resolve("a"), "x");
            assertThat(syscalls.read(inotify, buffer)).isEqualTo(32);
            assertThat(syscalls.inotifyRemoveWatch(inotify, watch)).isTrue();
            assertThat(syscalls.inotifyRemoveWatch(inotify, watch)).isFalse();
        }
    }

    @Test
    void aPidfdSignalsAndWaitsWithoutItsNumberBeingRecycled() throws Exception {
        Process child = new ProcessBuilder("sleep", "60").start();
        try (Fd pidfd = known(syscalls.pidfdOpen((int) child.pid()))) {
            assertThat(syscalls.pidfdSendSignal(pidfd, 0)).isTrue();
            assertThat(syscalls.pidfdSendSignal(pidfd, 9)).isTrue();
            assertThat(child.waitFor(Patience.seconds(10), TimeUnit.SECONDS)).isTrue();
            assertThat(syscalls.pidfdSendSignal(pidfd, 0)).isFalse();
            assertThat(syscalls.waitPidfd(pidfd)).isInstanceOf(Reading.Unknown.class);
        } finally {
            child.destroyForcibly();
        }
        assertThat(syscalls.pidfdOpen(Integer.MAX_VALUE)).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void anExitIsReadOnceOrBelongsToWhoeverWasFaster() throws Exception {
        Process child = new ProcessBuilder("sh", "-c", "read x; exit 7").start();
        try (Fd pidfd = known(syscalls.pidfdOpen((int) child.pid()))) {
            assertThat(syscalls.waitPidfd(pidfd)).isInstanceOf(Reading.Unknown.class);
            child.getOutputStream().close();
            assertThat(child.waitFor(Patience.seconds(10), TimeUnit.SECONDS)).isTrue();
            Reading<ExitStatus> status = syscalls.waitPidfd(pidfd);
            assertThat(status.orNull()).isIn(null, new ExitStatus.Exited(7));
        }
    }

    @Test
    void bindsANetlinkSocket() {
        int routeProtocol = 0;
        int linkGroup = 1;
        try (Fd socket = syscalls.netlinkSocket(routeProtocol, linkGroup, 1 << 20)) {
            assertThat(syscalls.read(socket, new byte[4096])).isEqualTo(-1);
        }
    }

    @Test
    void knowsItsOwnNumbers() {
        assertThat(syscalls.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(syscalls.nofileLimit()[0]).isBetween(1L, syscalls.nofileLimit()[1]);
    }
}
