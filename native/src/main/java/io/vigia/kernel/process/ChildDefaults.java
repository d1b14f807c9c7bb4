package io.vigia.kernel.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a child gets in place of what vigia has changed for itself.
 *
 * @param nofileSoft RLIMIT_NOFILE, -1 to leave as vigia's: the JVM raises its own soft limit to the hard one at its
 *     start, and programs that use select(2), or close every possible descriptor, suffer from a high one
 * @param nofileHard RLIMIT_NOFILE, at least the soft one
 * @param oomScoreAdj -1000 to 1000, {@code null} to leave as vigia's: a supervisor is the wrong victim, its children need
 *     not be
 */
public record ChildDefaults(
        long nofileSoft, long nofileHard, @Nullable Integer oomScoreAdj) {
    /** The launcher may leave here what it was started with: {@code SOFT:HARD}. */
    public static final String NOFILE_VARIABLE = "VIGIA_NOFILE";

    /** What Linux gives to the first process, and service managers to theirs. */
    private static final long CUSTOMARY_SOFT = 1024;

    public static final ChildDefaults UNCHANGED = new ChildDefaults(-1, -1, null);

    public ChildDefaults {
        if (nofileSoft > nofileHard) {
            throw new IllegalArgumentException("soft limit " + nofileSoft + " above the hard one " + nofileHard);
        }
    }

    /**
     * From {@value #NOFILE_VARIABLE}, else the customary soft limit under vigia's hard one; and the present
     * oom_score_adj, so ask before vigia lowers its own.
     *
     * @param nofileLimit soft and hard limit of this process
     */
    public static ChildDefaults ofThisProcess(long[] nofileLimit) {
        long hard = nofileLimit[1];
        long soft = Math.min(CUSTOMARY_SOFT, hard);
        String left = System.getenv(NOFILE_VARIABLE);
        if (left != null) {
            try {
                soft = Math.min(limit(left.substring(0, left.indexOf(':'))), hard);
                hard = Math.max(soft, Math.min(limit(left.substring(left.indexOf(':') + 1)), hard));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        NOFILE_VARIABLE + "='" + left + "' is not SOFT:HARD, such as 1024:524288", e);
            }
        }
        return new ChildDefaults(soft, hard, ownOomScoreAdj());
    }

    private static long limit(String text) {
        return text.toLowerCase(Locale.ROOT).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text);
    }

    private static @Nullable Integer ownOomScoreAdj() {
        try {
            return Integer.valueOf(Files.readString(Path.of("/proc/self/oom_score_adj"), StandardCharsets.US_ASCII)
                    .strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
