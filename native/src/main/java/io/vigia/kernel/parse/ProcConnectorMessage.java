package io.vigia.kernel.parse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One datagram of the proc connector: struct nlmsghdr, struct cn_msg, struct proc_event
 * (include/uapi/linux/{netlink,connector,cn_proc}.h). Reused for every message, because a fork storm brings tens of
 * thousands a second: {@link #read} overwrites all fields. One thread.
 */
public final class ProcConnectorMessage {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private static final int NLMSG_DONE = 3;
    private static final int CN_IDX_PROC = 1;
    private static final int CN_VAL_PROC = 1;

    private static final int TYPE = 4;
    private static final int CN_IDX = 16;
    private static final int CN_VAL = 20;
    private static final int CN_SEQ = 24;
    private static final int WHAT = 36;
    private static final int CPU = 40;
    private static final int DATA = 52;

    /** Everything up to the longest data that is read here. */
    private static final int ACK_BYTES = DATA + 4;

    private static final int FORK_BYTES = DATA + 16;
    private static final int EXEC_BYTES = DATA + 8;
    private static final int EXIT_BYTES = DATA + 12;
    private static final int EXIT_WITH_PARENT_BYTES = DATA + 24;

    private static final int PROC_EVENT_NONE = 0;
    private static final int PROC_EVENT_FORK = 1;
    private static final int PROC_EVENT_EXEC = 2;
    private static final int PROC_EVENT_EXIT = 0x8000_0000;

    private Kind kind = Kind.MALFORMED;
    private int cpu;
    private int sequence;
    private int pid;
    private int tgid;
    private int parentTgid;
    private int status;

    /** Which fields mean something. */
    public enum Kind {
        /** {@link #status()}: 0 or an errno. Has no sequence of the kernel's own. */
        ACK,
        /** {@link #pid()} and {@link #tgid()} of the child, {@link #parentTgid()}. */
        FORK,
        /** {@link #pid()}, {@link #tgid()}. */
        EXEC,
        /** {@link #pid()}, {@link #tgid()}, {@link #status()}, {@link #parentTgid()} (0 before Linux 4.18). */
        EXIT,
        /** Counts in the sequence and says nothing that is wanted here. */
        OTHER,
        /** Not from the proc connector, or cut off. */
        MALFORMED
    }

    /** What the first {@code length} bytes of {@code datagram} say. */
    public Kind read(byte[] datagram, int length) {
        kind = length < ACK_BYTES
                        || type(datagram) != NLMSG_DONE
                        || integer(datagram, CN_IDX) != CN_IDX_PROC
                        || integer(datagram, CN_VAL) != CN_VAL_PROC
                ? Kind.MALFORMED
                : readEvent(datagram, length);
        return kind;
    }

    private Kind readEvent(byte[] datagram, int length) {
        sequence = integer(datagram, CN_SEQ);
        cpu = integer(datagram, CPU);
        int what = integer(datagram, WHAT);
        if (what == PROC_EVENT_NONE) {
            status = integer(datagram, DATA);
            return Kind.ACK;
        }
        if (what == PROC_EVENT_FORK && length >= FORK_BYTES) {
            parentTgid = integer(datagram, DATA + 4);
            pid = integer(datagram, DATA + 8);
            tgid = integer(datagram, DATA + 12);
            return Kind.FORK;
        }
        if (what == PROC_EVENT_EXEC && length >= EXEC_BYTES) {
            pid = integer(datagram, DATA);
            tgid = integer(datagram, DATA + 4);
            return Kind.EXEC;
        }
        if (what == PROC_EVENT_EXIT && length >= EXIT_BYTES) {
            pid = integer(datagram, DATA);
            tgid = integer(datagram, DATA + 4);
            status = integer(datagram, DATA + 8);
            parentTgid = length >= EXIT_WITH_PARENT_BYTES ? integer(datagram, DATA + 20) : 0;
            return Kind.EXIT;
        }
        return Kind.OTHER;
    }

    /** The CPU on which it happened: {@link #sequence()} counts per CPU. */
    public int cpu() {
        return cpu;
    }

    /** Unsigned, one more than the CPU's last one of any kind. */
    public int sequence() {
        return sequence;
    }

    public int pid() {
        return pid;
    }

    /** The process; equal to {@link #pid()} for its first thread. */
    public int tgid() {
        return tgid;
    }

    public int parentTgid() {
        return parentTgid;
    }

    /** A wait status (EXIT), or an errno (ACK). */
    public int status() {
        return status;
    }

    /** The request of {@code operation}: PROC_CN_MCAST_LISTEN is 1, PROC_CN_MCAST_IGNORE 2. */
    public static byte[] request(int operation, int senderPid) {
        byte[] message = new byte[40];
        INT.set(message, 0, message.length);
        SHORT.set(message, TYPE, (short) NLMSG_DONE);
        INT.set(message, 12, senderPid);
        INT.set(message, CN_IDX, CN_IDX_PROC);
        INT.set(message, CN_VAL, CN_VAL_PROC);
        SHORT.set(message, 32, (short) 4);
        INT.set(message, WHAT, operation);
        return message;
    }

    private static int type(byte[] message) {
        return (short) SHORT.get(message, TYPE);
    }

    private static int integer(byte[] message, int offset) {
        return (int) INT.get(message, offset);
    }
}
