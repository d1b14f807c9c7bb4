package io.vigia.kernel.process;

import io.vigia.kernel.model.InterfaceStat;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.NetDevText;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The network namespace of a process and what went through it. Blocking: not on the kernel loop. */
public final class ProcessNetwork {
    private static final long UNKNOWN = -1;

    private final Syscalls syscalls;
    private final long host;

    public ProcessNetwork(Syscalls syscalls) {
        this.syscalls = syscalls;
        // The first process of the PID namespace that is seen; without the right to look at it, our own.
        long first = inode("1");
        this.host = first == UNKNOWN ? inode("self") : first;
    }

    /** The namespace's inode where it is not the host's; else, or when the process is gone or not ours to see, -1. */
    public long ownNamespace(int pid) {
        long inode = inode(Integer.toString(pid));
        return inode == host ? UNKNOWN : inode;
    }

    /** Counters of the interfaces that the process sees; empty when it has ended. */
    public List<InterfaceStat> interfaces(int pid) {
        try (InputStream in = new FileInputStream("/proc/" + pid + "/net/dev")) {
            return NetDevText.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
    }

    private long inode(String process) {
        try {
            byte[] path = ("/proc/" + process + "/ns/net").getBytes(StandardCharsets.US_ASCII);
            return syscalls.inodeOf(path) instanceof Reading.Known<Long>(Long inode) ? inode : UNKNOWN;
        } catch (KernelException e) {
            return UNKNOWN;
        }
    }
}
