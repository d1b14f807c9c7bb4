package io.vigia.kernel.sys;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory of one thread, through which calls pass paths and data, so that a call allocates nothing. What is in it
 * is only valid until the same thread's next call.
 */
final class Scratch {
    private static final int INITIAL_BYTES = 16 * 1024;
    /** A larger read or write is done in part; callers loop. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private ByteBuffer memory;
    private long address;

    private Scratch() {
        memory = allocate(INITIAL_BYTES);
        address = addressOf(memory);
    }

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** The address of at least {@code bytes} of memory, or of {@link #MAX_BYTES}. */
    long reserve(int bytes) {
        if (bytes > memory.capacity() && memory.capacity() < MAX_BYTES) {
            memory = allocate(Math.min(MAX_BYTES, Integer.highestOneBit(bytes - 1) * 2));
            address = addressOf(memory);
        }
        return address;
    }

    int capacity() {
        return memory.capacity();
    }

    ByteBuffer memory() {
        return memory;
    }

    /** Copies a path in, with its final NUL. */
    long path(byte[] path) {
        return text(path, path.length);
    }

    /** Copies {@code length} bytes in, and a NUL after them. */
    long text(byte[] data, int length) {
        long at = reserve(length + 1);
        memory.put(0, data, 0, length);
        memory.put(length, (byte) 0);
        return at;
    }

    void copyTo(byte[] target, int length) {
        memory.get(0, target, 0, length);
    }

    /** Fills the first bytes with zero. */
    long zeroed(int bytes) {
        long at = reserve(bytes);
        for (int i = 0; i < bytes; i++) {
            memory.put(i, (byte) 0);
        }
        return at;
    }
}
