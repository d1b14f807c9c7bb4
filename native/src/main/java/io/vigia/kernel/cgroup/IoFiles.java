package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.IoMax;
import io.vigia.kernel.parse.IoText;
import io.vigia.kernel.parse.LimitText;
import java.util.List;

/** v2's io controller: {@code io.max} takes one device a write, {@code io.weight} is told bfq, too. */
final class IoFiles extends ControllerFiles {
    IoFiles() {
        super(Controller.IO);
    }

    @Override
    List<String> fileNames(LimitFile file) {
        return file == LimitFile.IO_WEIGHT
                ? List.of(file.fileName(), CgroupFiles.IO_BFQ_WEIGHT)
                : List.of(file.fileName());
    }

    @Override
    Reading<LimitValue> read(CgroupDir directory, LimitFile file) {
        Reading<LimitValue> reading = super.read(directory, file);
        if (file == LimitFile.IO_WEIGHT && reading instanceof Reading.Unknown<LimitValue>) {
            Reading<LimitValue> bfq = Readings.parse(
                    directory.read(CgroupFiles.IO_BFQ_WEIGHT),
                    CgroupFiles.IO_BFQ_WEIGHT,
                    text -> BfqWeight.fromBfq(LimitText.parse(file, text)));
            return bfq instanceof Reading.Unknown<LimitValue> ? reading : bfq;
        }
        return reading;
    }

    @Override
    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        if (file == LimitFile.IO_MAX) {
            return writeMax(directory, value);
        }
        if (file != LimitFile.IO_WEIGHT || !directory.has(CgroupFiles.IO_BFQ_WEIGHT)) {
            return super.write(directory, file, value);
        }
        // io.weight is iocost's, and is there whether or not iocost looks after any disk: a disk of bfq never sees it.
        Reading<Boolean> written =
                directory.has(file.fileName()) ? super.write(directory, file, value) : Reading.known(true);
        return Readings.then(
                written, ok -> directory.write(CgroupFiles.IO_BFQ_WEIGHT, Integer.toString(BfqWeight.toBfq(value))));
    }

    static Reading<List<IoStat>> stat(CgroupDir directory) {
        return Readings.parse(directory.read(CgroupFiles.IO_STAT), CgroupFiles.IO_STAT, IoText::stat);
    }

    private Reading<Boolean> writeMax(CgroupDir directory, LimitValue value) {
        return Readings.then(read(directory, LimitFile.IO_MAX), present -> {
            IoMax wanted = LimitText.toIoMax(value);
            Reading<Boolean> written = Reading.known(true);
            for (String line : wanted.writesFrom(LimitText.toIoMax(present))) {
                written = Readings.then(written, ok -> directory.write(LimitFile.IO_MAX.fileName(), line));
            }
            return written;
        });
    }
}
