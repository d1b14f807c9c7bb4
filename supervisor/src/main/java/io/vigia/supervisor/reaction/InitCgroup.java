package io.vigia.supervisor.reaction;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.parse.CgroupMembership;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The v2 cgroup of PID 1, which every survey asks for and which hardly ever changes: read through a held descriptor, understood
 * anew only when the text differs. Reading waits for the kernel's lock of all cgroups. Any thread.
 */
final class InitCgroup implements AutoCloseable {
    private static final int MOST_BYTES = 8192;

    private final Syscalls syscalls;
    private final @Nullable Fd file;
    private volatile @Nullable Seen seen;

    private record Seen(String text, Surveys.Init init) {}

    InitCgroup(Syscalls syscalls) {
        this.syscalls = syscalls;
        this.file = syscalls.open("/proc/1/cgroup".getBytes(StandardCharsets.US_ASCII), OpenFlags.O_RDONLY)
                .orNull();
    }

    /** {@code null} when it cannot be known, or lies outside of this cgroup namespace. Blocking. */
    @Nullable
    CgroupPath path() {
        byte[] buffer = new byte[MOST_BYTES];
        int length = file == null ? 0 : Math.max(0, syscalls.readAt(file, buffer, 0, 0));
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        Seen last = seen;
        if (last == null || !text.equals(last.text)) {
            CgroupMembership.Place place = CgroupMembership.parse(text).unified();
            last = new Seen(text, new Surveys.Init(place == null ? null : place.cgroupPath()));
            seen = last;
        }
        return last.init.cgroup();
    }

    /** What {@link #path} answered last; {@code null}: it was never asked. Does not block. */
    Surveys.@Nullable Init seen() {
        Seen last = seen;
        return last == null ? null : last.init;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
