package io.vigia.supervisor.reaction;

import io.vigia.supervisor.policy.Decision;

/** What is measured of policies at work. Kernel-loop thread. */
public interface Telemetry {
    void policyAdded(String policy);

    void policyRemoved(String policy);

    void decided(Decision decision);

    /** From an order to its result, nanoseconds. */
    void acted(long nanos);

    /** From the kernel's word to the action done, nanoseconds. */
    void reacted(long nanos);
}
