package io.vigia.kernel.model;

import org.jspecify.annotations.Nullable;

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
    public boolean equals(@Nullable Object other) {
        return other instanceof CgroupId id && inode == id.inode;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(inode);
    }

    @Override
    public String toString() {
        return Long.toString(inode);
    }
}
