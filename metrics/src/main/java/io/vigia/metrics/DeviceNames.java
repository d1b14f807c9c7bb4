package io.vigia.metrics;

/** How a block device is called in the label {@code device}. Asked by the thread that scrapes. */
@FunctionalInterface
public interface DeviceNames {
    /** The kernel's number, {@code 8:16}. */
    DeviceNames NUMBERS = (major, minor) -> major + ":" + minor;

    /** As cAdvisor has it, {@code /dev/sdb}. */
    String name(int major, int minor);
}
