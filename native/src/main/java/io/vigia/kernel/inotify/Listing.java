package io.vigia.kernel.inotify;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cgroup directory holds, as far as it matters here.
 *
 * @param directories escaped names of child cgroups, with their inodes
 * @param notifyingFiles names of the files that the kernel notifies
 */
record Listing(Map<String, Long> directories, List<byte[]> notifyingFiles) {
    static final List<byte[]> NONE = List.of();

    private static final byte[] EVENTS = {'.', 'e', 'v', 'e', 'n', 't', 's'};
    private static final byte[] EVENTS_LOCAL = {'.', 'e', 'v', 'e', 'n', 't', 's', '.', 'l', 'o', 'c', 'a', 'l'};

    /** Empty when the directory is gone. */
    static Listing of(Syscalls syscalls, Fd directory) {
        Map<String, Long> directories = new HashMap<>();
        List<byte[]> files = new ArrayList<>();
        Object unused = syscalls.list(directory, (name, inode, isDirectory) -> {
            if (isDirectory) {
                directories.put(CgroupPath.escape(name), inode);
            } else if (endsWith(name, EVENTS) || endsWith(name, EVENTS_LOCAL)) {
                files.add(name);
            }
        });
        return new Listing(directories, files);
    }

    private static boolean endsWith(byte[] name, byte[] end) {
        int from = name.length - end.length;
        return from >= 0 && java.util.Arrays.equals(name, from, name.length, end, 0, end.length);
    }
}
