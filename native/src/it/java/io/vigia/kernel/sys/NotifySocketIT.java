package io.vigia.kernel.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotifySocketIT {
    @TempDir
    Path directory;

    private final JnaSyscalls syscalls = new JnaSyscalls();

    /** A bound datagram socket, as a service manager has one. */
    private Fd listen(byte[] path, boolean isAbstract) {
        int number = LibC.socket(1, 2 | OpenFlags.O_NONBLOCK | 0x80000, 0);
        assertThat(number).isNotNegative();
        Fd fd = new Fd(syscalls, number, "listener");
        Scratch scratch = Scratch.ofThread();
        long address = scratch.zeroed(110);
        scratch.memory().putShort(0, (short) 1);
        scratch.memory().put(2, path);
        assertThat(LibC.bind(number, address, isAbstract ? 2 + path.length : 110))
                .isZero();
        return fd;
    }

    private String received(Fd listener) {
        byte[] buffer = new byte[256];
        int length = syscalls.read(listener, buffer);
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    @Test
    void sendsToASocketInTheFileSystem() {
        Path path = directory.resolve("notify");
        NotifySocket socket = NotifySocket.at(path.toString());
        try (Fd listener = listen(path.toString().getBytes(StandardCharsets.UTF_8), false)) {
            socket.send("READY=1\nSTATUS=grüße");
            assertThat(received(listener)).isEqualTo("READY=1\nSTATUS=grüße");
            socket.send("WATCHDOG=1");
            assertThat(received(listener)).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void sendsToAnAbstractSocket() {
        String name = "vigia-test-" + ProcessHandle.current().pid();
        try (Fd listener = listen(("\0" + name).getBytes(StandardCharsets.UTF_8), true)) {
            NotifySocket.at("@" + name).send("STOPPING=1");
            assertThat(received(listener)).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void findsAListenerThatCameBack() throws Exception {
        Path path = directory.resolve("notify");
        NotifySocket socket = NotifySocket.at(path.toString());
        assertThatThrownBy(() -> socket.send("a"))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining(path.toString());
        for (int i = 0; i < 2; i++) {
            try (Fd listener = listen(path.toString().getBytes(StandardCharsets.UTF_8), false)) {
                socket.send("b");
                assertThat(received(listener)).isEqualTo("b");
            }
            Files.delete(path);
        }
    }

    @Test
    void doesNotWaitForAListenerThatDoesNotRead() {
        Path path = directory.resolve("notify");
        NotifySocket socket = NotifySocket.at(path.toString());
        try (Fd listener = listen(path.toString().getBytes(StandardCharsets.UTF_8), false)) {
            assertThat(listener.number()).isNotNegative();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            socket.send("x".repeat(200));
                        }
                    })
                    .isInstanceOf(KernelException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "@", "notify", "vsock:2:1234"})
    void refusesWhatIsNoAddress(String address) {
        assertThatThrownBy(() -> NotifySocket.at(address)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> NotifySocket.at("/" + "a".repeat(107))).hasMessageContaining("too long");
        assertThat(NotifySocket.at("/" + "a".repeat(106)).toString()).hasSize(107);
    }
}
