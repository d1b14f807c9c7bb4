package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.IoDevice;
import io.vigia.kernel.parse.IoMax;
import io.vigia.kernel.parse.IoText;
import io.vigia.kernel.parse.LimitText;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** v1's blkio controller (cgroup-v1/blkio-controller.rst): one throttle file for each key of {@code io.max}. */
final class V1IoFiles extends ControllerFiles {
    private enum Throttle {
        READ_BYTES(CgroupFiles.V1_READ_BPS),
        WRITE_BYTES(CgroupFiles.V1_WRITE_BPS),
        READ_OPS(CgroupFiles.V1_READ_IOPS),
        WRITE_OPS(CgroupFiles.V1_WRITE_IOPS);

        final String file;

        Throttle(String file) {
            this.file = file;
        }

        long rate(IoMax.Rates rates) {
            return switch (this) {
                case READ_BYTES -> rates.rbps();
                case WRITE_BYTES -> rates.wbps();
                case READ_OPS -> rates.riops();
                case WRITE_OPS -> rates.wiops();
            };
        }
    }

    V1IoFiles() {
        super(Controller.IO);
    }

    @Override
    List<String> fileNames(LimitFile file) {
        return file == LimitFile.IO_WEIGHT
                ? List.of(CgroupFiles.V1_BFQ_WEIGHT, CgroupFiles.V1_BLKIO_WEIGHT)
                : List.of(CgroupFiles.V1_READ_BPS);
    }

    @Override
    Reading<LimitValue> read(CgroupDir directory, LimitFile file) {
        if (file == LimitFile.IO_MAX) {
            return readMax(directory).map(LimitText::ofIoMax);
        }
        String name = weightFile(directory);
        return Readings.parse(directory.read(name), name, text -> BfqWeight.fromBfq(LimitText.parse(file, text)));
    }

    @Override
    Reading<Boolean> write(CgroupDir directory, LimitFile file, LimitValue value) {
        if (file == LimitFile.IO_WEIGHT) {
            return directory.write(weightFile(directory), Integer.toString(BfqWeight.toBfq(value)));
        }
        IoMax wanted = LimitText.toIoMax(value);
        return Readings.then(readMax(directory), present -> {
            Reading<Boolean> written = Reading.known(true);
            TreeSet<IoDevice> devices = new TreeSet<>(present.devices().keySet());
            devices.addAll(wanted.devices().keySet());
            for (IoDevice device : devices) {
                for (Throttle throttle : Throttle.values()) {
                    long is = rate(present, device, throttle);
                    long want = rate(wanted, device, throttle);
                    if (is != want) {
                        String line = device + " " + (want == IoMax.UNLIMITED ? 0 : want);
                        written = Readings.then(written, ok -> directory.write(throttle.file, line));
                    }
                }
            }
            return written;
        });
    }

    static Reading<List<IoStat>> stat(CgroupDir directory) {
        return Readings.then(
                directory.read(CgroupFiles.V1_IO_BYTES),
                bytes -> Readings.parse(
                        directory.read(CgroupFiles.V1_IO_OPS),
                        CgroupFiles.V1_IO_BYTES,
                        ops -> IoText.statV1(bytes, ops)));
    }

    private static long rate(IoMax max, IoDevice device, Throttle throttle) {
        IoMax.Rates rates = max.devices().get(device);
        return rates == null ? IoMax.UNLIMITED : throttle.rate(rates);
    }

    private static String weightFile(CgroupDir directory) {
        return directory.has(CgroupFiles.V1_BFQ_WEIGHT) ? CgroupFiles.V1_BFQ_WEIGHT : CgroupFiles.V1_BLKIO_WEIGHT;
    }

    private static Reading<IoMax> readMax(CgroupDir directory) {
        SortedMap<IoDevice, IoMax.Rates> devices = new TreeMap<>();
        Reading<Boolean> all = Reading.known(true);
        for (Throttle throttle : Throttle.values()) {
            all = Readings.then(
                    all,
                    ok -> Readings.parse(directory.read(throttle.file), throttle.file, text -> {
                        collect(text, throttle, devices);
                        return true;
                    }));
        }
        return all.map(ok -> new IoMax(devices));
    }

    private static void collect(String text, Throttle throttle, SortedMap<IoDevice, IoMax.Rates> devices) {
        for (String line : text.split("\n")) {
            String[] words = line.split(" ");
            if (words.length == 2) {
                IoDevice device = IoDevice.parse(words[0]);
                IoMax.Rates old = devices.getOrDefault(device, IoMax.Rates.NONE);
                long value = Long.parseLong(words[1]);
                devices.put(
                        device,
                        switch (throttle) {
                            case READ_BYTES -> new IoMax.Rates(value, old.wbps(), old.riops(), old.wiops());
                            case WRITE_BYTES -> new IoMax.Rates(old.rbps(), value, old.riops(), old.wiops());
                            case READ_OPS -> new IoMax.Rates(old.rbps(), old.wbps(), value, old.wiops());
                            case WRITE_OPS -> new IoMax.Rates(old.rbps(), old.wbps(), old.riops(), value);
                        });
            }
        }
    }
}
