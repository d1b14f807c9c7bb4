package io.vigia.supervisor.reaction;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.PressureTrigger;

/** Arms kernel triggers for policies; what they say comes back through {@link Policies}. Kernel-loop thread only. */
interface PressureTriggers {
    void arm(CgroupPath path, CgroupId id, PressureTrigger wanted);

    void disarm(CgroupId id, PressureTrigger wanted);
}
