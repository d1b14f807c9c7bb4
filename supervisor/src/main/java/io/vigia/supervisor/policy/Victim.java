package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;

/** The group that an order is carried out on; {@code id} is what counts: if the path has another one now, it is gone. */
public record Victim(CgroupPath path, CgroupId id) {}
