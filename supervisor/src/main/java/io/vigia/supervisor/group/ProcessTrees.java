package io.vigia.supervisor.group;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.model.ProcessView;
import java.util.List;

/** The processes of a group and below, as trees. Blocking; worker threads. */
interface ProcessTrees {
    List<ProcessView> of(CgroupPath group);
}
