package io.vigia.kernel.model;

/** As whom a process runs; supplementary groups are none. */
public record Credentials(long uid, long gid) {
    /** One below (uid_t) -1, which means "leave as it is". */
    public static final long MAX = 0xffff_fffeL;

    public Credentials {
        if (uid < 0 || uid > MAX || gid < 0 || gid > MAX) {
            throw new IllegalArgumentException("not a user and a group: " + uid + ":" + gid);
        }
    }
}
