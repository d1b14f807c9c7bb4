package io.vigia.kernel.model;

/**
 * The identity of a cgroup: the inode number of its directory in the v2 tree.
 *
 * <p>A cgroup that is removed and made again under the same path has another inode, so state must be keyed by this and
 * never by path alone.
 */
public record CgroupId(long inode) {
    public CgroupId {
        if (inode <= 0) {
            throw new IllegalArgumentException("inode must be positive: " + inode);
        }
    }

    @Override
    public String toString() {
        return Long.toString(inode);
    }
}
