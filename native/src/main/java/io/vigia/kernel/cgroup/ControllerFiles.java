package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.LimitText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limit files of one controller in one hierarchy. As it stands: v2, where the file's name and text are those of
 * {@link LimitFile} and {@link LimitValue}; subclasses differ. Stateless.
 */
class ControllerFiles {
    private final Controller controller;

    ControllerFiles(Controller controller) {
        this.controller = controller;
    }

    final Controller controller() {
        return controller;
    }

    /** Why this hierarchy can never have the limit, or {@code null}. */
    @Nullable
    String unsupported(LimitFile file) {
        return null;
    }

    /** The kernel files behind the limit, any one of which is enough. */
    List<String> fileNames(LimitFile file) {
        return List.of(file.fileName());
    }

    Reading<LimitValue> read(CgroupDir directory, LimitFile file) {
        return Readings.parse(directory.read(file.fileName()), file.fileName(), text -> LimitText.parse(file, text));
    }

    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        return directory.write(file.fileName(), value.kernelText());
    }
}
