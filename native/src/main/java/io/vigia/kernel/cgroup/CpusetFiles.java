package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;

/**
 * The cpuset controller. The empty text means "as the parent": v2 takes it as it is; in v1 a group without CPUs takes no
 * task, so it gets a copy of the parent's (cgroup-v1/cpusets.rst).
 */
final class CpusetFiles extends ControllerFiles {
    private final boolean v1;

    CpusetFiles(boolean v1) {
        super(Controller.CPUSET);
        this.v1 = v1;
    }

    @Override
    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        if (!v1 || !value.kernelText().isEmpty()) {
            return super.write(directory, file, value);
        }
        return Readings.then(parentText(directory, file.fileName()), text -> directory.write(file.fileName(), text));
    }

    /** Fills what a new v1 group has empty. */
    static void initialize(CgroupDir directory) {
        for (LimitFile file : new LimitFile[] {LimitFile.CPUSET_CPUS, LimitFile.CPUSET_MEMS}) {
            String present = directory.read(file.fileName()).orNull();
            if (present != null && present.isBlank()) {
                String text = parentText(directory, file.fileName()).orNull();
                if (text != null && !text.isBlank()) {
                    directory.write(file.fileName(), text);
                }
            }
        }
    }

    private static Reading<String> parentText(CgroupDir directory, String file) {
        CgroupPath parent = directory.path().parent();
        if (parent == null) {
            return Reading.unknown("the root has no parent");
        }
        Hierarchy hierarchy = directory.hierarchy();
        return Readings.then(
                hierarchy.inode(parent),
                inode -> new CgroupDir(hierarchy, parent, inode).read(file).map(String::strip));
    }
}
