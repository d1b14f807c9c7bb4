package io.vigia.kernel.sys;

/** Bits of inotify(7) (include/uapi/linux/inotify.h). */
public final class InotifyMask {
    public static final int IN_MODIFY = 0x2;
    public static final int IN_ATTRIB = 0x4;
    public static final int IN_CLOSE_WRITE = 0x8;
    public static final int IN_MOVED_FROM = 0x40;
    public static final int IN_MOVED_TO = 0x80;
    public static final int IN_CREATE = 0x100;
    public static final int IN_DELETE = 0x200;
    public static final int IN_DELETE_SELF = 0x400;
    public static final int IN_MOVE_SELF = 0x800;
    /** The queue was full: events were lost. */
    public static final int IN_Q_OVERFLOW = 0x4000;
    /** The watch has ended. */
    public static final int IN_IGNORED = 0x8000;

    public static final int IN_ONLYDIR = 0x1000000;
    /** Ends with its first event. */
    public static final int IN_ONESHOT = 0x80000000;

    /** The name in the event is a directory's. */
    public static final int IN_ISDIR = 0x40000000;

    private InotifyMask() {}
}
