package io.vigia.kernel.model;

/** How a process ended. Unknown is never reported as code 0. */
public sealed interface ExitStatus {
    /** By itself; code 0 to 255. */
    record Exited(int code) implements ExitStatus {}

    /** By a signal; {@code coreDumped} as waitid(2) says. */
    record Signaled(int signal, boolean coreDumped) implements ExitStatus {}

    /** It ended, but nobody who watched could learn how; {@code why} is for people. */
    record Unknown(String why) implements ExitStatus {}

    /** From a wait status word, as the proc connector and wait(2) give it. */
    static ExitStatus ofWaitStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited((status >> 8) & 0xff) : new Signaled(signal, (status & 0x80) != 0);
    }
}
