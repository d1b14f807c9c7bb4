package io.vigia.kernel.sys;

import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;

/**
 * The datagram socket on which a service manager wants to hear of its services (sd_notify(3)). Each message has a socket of its own, so
 * that a manager that came back is found again. Never blocks; any thread.
 */
public final class NotifySocket {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int NON_BLOCKING_CLOEXEC = OpenFlags.O_NONBLOCK | 0x80000;
    /** struct sockaddr_un (unix(7)): a family of two bytes, then 108 of path. */
    private static final int PATH_OFFSET = 2;

    private static final int PATH_BYTES = 108;

    private final byte[] path;
    private final String target;

    private NotifySocket(byte[] path, String target) {
        this.path = path;
        this.target = target;
    }

    /**
     * @param address as in NOTIFY_SOCKET: an absolute path, or {@code @} and a name in the abstract namespace
     * @throws IllegalArgumentException for any other
     */
    public static NotifySocket at(String address) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = address.startsWith("@");
        if ((!isAbstract && !address.startsWith("/")) || path.length < 2) {
            throw new IllegalArgumentException("'" + address
                    + "' is no address of a notification socket: it starts with a slash or, in the abstract"
                    + " namespace, with @");
        }
        // A path needs its final NUL, an abstract name none.
        if (path.length > (isAbstract ? PATH_BYTES : PATH_BYTES - 1)) {
            throw new IllegalArgumentException(
                    "'" + address + "' is too long for a socket: at most " + PATH_BYTES + " bytes");
        }
        if (isAbstract) {
            path[0] = 0;
        }
        return new NotifySocket(path, address);
    }

    /**
     * Sends one datagram.
     *
     * @throws KernelException when nobody listens there, or its queue is full (EAGAIN)
     */
    public void send(String text) {
        int number = LibC.socket(AF_UNIX, SOCK_DGRAM | NON_BLOCKING_CLOEXEC, 0);
        if (number < 0) {
            throw KernelException.of("socket", target, Native.getLastError());
        }
        try {
            Scratch scratch = Scratch.ofThread();
            long address = scratch.zeroed(PATH_OFFSET + PATH_BYTES);
            scratch.memory().putShort(0, (short) AF_UNIX);
            scratch.memory().put(PATH_OFFSET, path);
            // The length of an abstract name is told by the address's.
            int length = PATH_OFFSET + (path[0] == 0 ? path.length : PATH_BYTES);
            if (LibC.connect(number, address, length) != 0) {
                throw KernelException.of("connect", target, Native.getLastError());
            }
            byte[] message = text.getBytes(StandardCharsets.UTF_8);
            if (LibC.write(number, scratch.text(message, message.length), message.length) < 0) {
                throw KernelException.of("write", target, Native.getLastError());
            }
        } finally {
            int unused = LibC.close(number);
        }
    }

    @Override
    public String toString() {
        return target;
    }
}
