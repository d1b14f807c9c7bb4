package io.vigia.helm;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A service manager's end of NOTIFY_SOCKET: a datagram socket, which Java has none of in the Unix domain. */
final class NotificationListener implements AutoCloseable {
    private static final long MOST_SECONDS = 120;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final C LIBC = Native.load("c", C.class);

    /** What Java lacks. */
    interface C extends Library {
        int socket(int domain, int type, int protocol);

        int bind(int socket, Pointer address, int length);

        int setsockopt(int socket, int level, int name, Pointer value, int length);

        long recv(int socket, Pointer buffer, long length, int flags);

        int close(int socket);
    }

    private final int socket;
    private final List<String> heard = new ArrayList<>();

    /** @param address a path, or {@code @} and a name in the abstract namespace */
    NotificationListener(String address) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = path[0] == '@';
        if (isAbstract) {
            path[0] = 0;
        }
        socket = LIBC.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        try (Memory name = new Memory(110);
                Memory second = new Memory(16)) {
            name.clear();
            name.setShort(0, (short) AF_UNIX);
            name.write(2, path, 0, path.length);
            if (LIBC.bind(socket, name, isAbstract ? 2 + path.length : 110) != 0) {
                throw new IllegalStateException("bind " + address + ": errno " + Native.getLastError());
            }
            second.clear();
            second.setLong(0, 1);
            int unused = LIBC.setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, second, 16);
        }
    }

    /** Receives until all that was heard fits; fails when the program ends first, or never says it. */
    List<String> until(Program program, Predicate<List<String>> fits) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        try (Memory buffer = new Memory(4096)) {
            while (!fits.test(heard)) {
                long length = LIBC.recv(socket, buffer, buffer.size(), 0);
                if (length > 0) {
                    heard.add(new String(buffer.getByteArray(0, (int) length), StandardCharsets.UTF_8));
                } else if (System.nanoTime() > end || !program.isAlive()) {
                    throw new AssertionError("heard only " + heard + " of a program that said: " + program.said());
                }
            }
        }
        return List.copyOf(heard);
    }

    @Override
    public void close() {
        int unused = LIBC.close(socket);
    }
}
