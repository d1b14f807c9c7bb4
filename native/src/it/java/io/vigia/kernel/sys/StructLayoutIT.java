package io.vigia.kernel.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the hand-written numbers against what the C compiler of this host says. */
class StructLayoutIT {
    @TempDir
    Path folder;

    @BeforeEach
    void needsACompiler() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/gcc")) && Files.exists(Path.of("/usr/include/linux/netlink.h")),
                "no /usr/bin/gcc with kernel headers on this host");
    }

    @Test
    void offsetsAndSizesAreTheCompilers() throws Exception {
        Map<String, Integer> expected = new TreeMap<>();
        expected.put("sizeof(struct statx)", StructLayout.STATX_SIZE);
        expected.put("offsetof(struct statx, stx_mode)", StructLayout.STATX_MODE);
        expected.put("offsetof(struct statx, stx_ino)", StructLayout.STATX_INO);
        expected.put("offsetof(struct statx, stx_mtime)", StructLayout.STATX_MTIME);
        expected.put("offsetof(struct dirent64, d_ino)", StructLayout.DIRENT_INO);
        expected.put("offsetof(struct dirent64, d_reclen)", StructLayout.DIRENT_RECLEN);
        expected.put("offsetof(struct dirent64, d_type)", StructLayout.DIRENT_TYPE);
        expected.put("offsetof(struct dirent64, d_name)", StructLayout.DIRENT_NAME);
        expected.put("sizeof(siginfo_t)", StructLayout.SIGINFO_SIZE);
        expected.put("offsetof(siginfo_t, si_code)", StructLayout.SIGINFO_CODE);
        expected.put("offsetof(siginfo_t, si_pid)", StructLayout.SIGINFO_PID);
        expected.put("offsetof(siginfo_t, si_status)", StructLayout.SIGINFO_STATUS);
        expected.put("sizeof(struct sockaddr_nl)", StructLayout.SOCKADDR_NL_SIZE);
        expected.put("offsetof(struct sockaddr_nl, nl_family)", StructLayout.SOCKADDR_NL_FAMILY);
        expected.put("offsetof(struct sockaddr_nl, nl_pid)", StructLayout.SOCKADDR_NL_PID);
        expected.put("offsetof(struct sockaddr_nl, nl_groups)", StructLayout.SOCKADDR_NL_GROUPS);
        expected.put("sizeof(struct rlimit)", StructLayout.RLIMIT_SIZE);
        expected.put("offsetof(struct rlimit, rlim_max)", StructLayout.RLIMIT_MAX);
        expected.put("SCHED_ATTR_SIZE_VER0", StructLayout.SCHED_ATTR_SIZE);
        expected.put("offsetof(struct sched_attr, sched_policy)", StructLayout.SCHED_ATTR_POLICY);
        expected.put("offsetof(struct sched_attr, sched_flags)", StructLayout.SCHED_ATTR_FLAGS);
        expected.put("offsetof(struct sched_attr, sched_runtime)", StructLayout.SCHED_ATTR_RUNTIME);
        expected.put("SYS_sched_setattr", (int) SyscallNumbers.SCHED_SETATTR);
        expected.put("SYS_sched_getattr", (int) SyscallNumbers.SCHED_GETATTR);
        expected.put("SYS_getdents64", (int) SyscallNumbers.GETDENTS64);
        expected.put("SYS_pidfd_open", (int) SyscallNumbers.PIDFD_OPEN);
        expected.put("SYS_pidfd_send_signal", (int) SyscallNumbers.PIDFD_SEND_SIGNAL);
        expected.put("O_DIRECTORY", OpenFlags.O_DIRECTORY);
        expected.put("O_NOFOLLOW", OpenFlags.O_NOFOLLOW);
        expected.put("O_NONBLOCK", OpenFlags.O_NONBLOCK);
        expected.put("O_PATH", OpenFlags.O_PATH);
        expected.put("sizeof(struct inotify_event)", 16);
        expected.put("IN_ONLYDIR", InotifyMask.IN_ONLYDIR);
        expected.put("IN_ISDIR", InotifyMask.IN_ISDIR);
        expected.put("IN_Q_OVERFLOW", InotifyMask.IN_Q_OVERFLOW);
        expected.put("IN_IGNORED", InotifyMask.IN_IGNORED);
        expected.put("IN_DELETE_SELF", InotifyMask.IN_DELETE_SELF);
        assertThat(compiled(expected)).isEqualTo(expected);
    }

    private Map<String, Integer> compiled(Map<String, Integer> expressions) throws Exception {
        String body = expressions.keySet().stream()
                .map(e -> "printf(\"%s=%d\\n\", \"" + e + "\", (int) (" + e + "));")
                .collect(Collectors.joining("\n"));
        Path source = Files.writeString(folder.resolve("layout.c"), """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <stddef.h>
            #include <dirent.h>
            #include <fcntl.h>
            #include <signal.h>
            #include <sys/inotify.h>
            #include <sys/resource.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <linux/netlink.h>
            #include <linux/sched/types.h>
            int main(void) {
            """ + body + "\nreturn 0; }\n");
        run("gcc", "-o", folder.resolve("layout").toString(), source.toString());
        return run(folder.resolve("layout").toString())
                .lines()
                .map(line -> line.split("=", -1))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Integer.parseInt(pair[1])));
    }

    private static String run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(Patience.seconds(30), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
