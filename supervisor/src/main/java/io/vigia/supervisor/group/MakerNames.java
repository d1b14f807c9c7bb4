package io.vigia.supervisor.group;

import io.vigia.kernel.cgroup.CgroupMaker;
import io.vigia.kernel.cgroup.MakerRecogniser;
import io.vigia.kernel.model.CgroupPath;
import org.jspecify.annotations.Nullable;

/** Who made an observed group, from its path. */
public final class MakerNames implements GroupViews.Makers {
    @Override
    public @Nullable String maker(CgroupPath path) {
        CgroupMaker maker = MakerRecogniser.recognise(path);
        return maker.equals(CgroupMaker.UNKNOWN) ? null : maker.engine();
    }
}
