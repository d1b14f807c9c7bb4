package io.vigia.supervisor.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Prints to a descriptor and knows why it could not, which a PrintStream keeps to itself. UTF-8 whatever the locale: under
 * LANG=C Java would print question marks for what every terminal can show.
 */
public final class Printer extends PrintStream {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final Sink sink;
    private final boolean pipe;

    private Printer(Sink sink, boolean pipe, boolean flush) {
        super(new BufferedOutputStream(sink, BUFFER_BYTES), flush, StandardCharsets.UTF_8);
        this.sink = sink;
        this.pipe = pipe;
    }

    /**
     * @param pipe whether somebody reads it who may have enough of it, as {@code head} has: that is no failure
     * @param flush after each line
     */
    public static Printer to(FileDescriptor descriptor, boolean pipe, boolean flush) {
        return new Printer(new Sink(descriptor), pipe, flush);
    }

    /** Why something that should have been printed was not; {@code null} if all was, as far as anybody wanted it. */
    @Nullable
    String failure() {
        flush();
        return pipe ? null : sink.failure;
    }

    private static final class Sink extends FileOutputStream {
        private volatile @Nullable String failure;

        private Sink(FileDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                super.write(bytes, from, length);
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
                throw e;
            }
        }
    }
}
