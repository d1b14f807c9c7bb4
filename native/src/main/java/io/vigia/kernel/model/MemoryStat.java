package io.vigia.kernel.model;

/**
 * Memory use in bytes, in v2 terms. -1 where this hierarchy does not say.
 *
 * @param currentBytes {@code memory.current}
 * @param peakBytes {@code memory.peak} (Linux 5.19), v1 {@code memory.max_usage_in_bytes}
 * @param swapBytes {@code memory.swap.current}
 * @param anonBytes anonymous memory (cAdvisor's rss)
 * @param fileBytes page cache
 * @param inactiveFileBytes what the working set leaves out
 * @param kernelHeldBytes kernel memory that reclaim cannot free: stacks, page tables and the like
 */
public record MemoryStat(
        long currentBytes,
        long peakBytes,
        long swapBytes,
        long anonBytes,
        long fileBytes,
        long inactiveFileBytes,
        long shmemBytes,
        long slabReclaimableBytes,
        long kernelHeldBytes) {

    /** cAdvisor's working set: use less the inactive page cache, never below 0; -1 when unknown. */
    public long workingSetBytes() {
        if (currentBytes < 0 || inactiveFileBytes < 0) {
            return -1;
        }
        return Math.max(0, currentBytes - inactiveFileBytes);
    }
}
