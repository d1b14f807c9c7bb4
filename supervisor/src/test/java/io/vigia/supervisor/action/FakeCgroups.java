package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.CgroupMeters;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Cgroups in memory, for what the kernel cannot be asked to do on demand: to refuse, to stall, to vanish. */
public final class FakeCgroups implements Cgroups {
    private final Map<CgroupPath, FakeCgroup> groups = new ConcurrentHashMap<>();
    private final Set<LimitFile> unsupported = EnumSet.noneOf(LimitFile.class);
    private long nextInode = 100;

    /** Adds a group with the kernel's defaults. */
    public synchronized FakeCgroup add(String path) {
        FakeCgroup group = new FakeCgroup(new CgroupPath(path), new CgroupId(nextInode++));
        groups.put(group.path(), group);
        return group;
    }

    /** As a kernel that was built without it. */
    public void supportsNo(LimitFile file) {
        unsupported.add(file);
    }

    @Override
    public HierarchyKind kind() {
        return HierarchyKind.UNIFIED;
    }

    @Override
    public Set<Controller> controllers() {
        return Set.of(Controller.CPU, Controller.MEMORY, Controller.PIDS);
    }

    @Override
    public Support support(LimitFile file) {
        return unsupported.contains(file) ? new Support.Missing("no such file", "") : new Support.Available("");
    }

    @Override
    public CgroupPath own() {
        return new CgroupPath("/own");
    }

    @Override
    public void prepareParent() {}

    @Override
    public Cgroup at(CgroupPath path, CgroupId id) {
        return Objects.requireNonNull(groups.get(path), path.text());
    }

    @Override
    public CgroupMeters meters() {
        throw new UnsupportedOperationException("nobody scrapes these");
    }

    @Override
    public Reading<List<CgroupPath>> children(CgroupPath path) {
        return Reading.known(groups.keySet().stream()
                .filter(p -> path.equals(p.parent()))
                .sorted()
                .toList());
    }

    @Override
    public Reading<Cgroup> open(CgroupPath path) {
        FakeCgroup group = groups.get(path);
        return group == null ? Reading.gone() : Reading.known(group);
    }

    @Override
    public Cgroup create(CgroupPath path) {
        return groups.computeIfAbsent(path, p -> add(p.text()));
    }

    @Override
    public void remove(CgroupPath path) {
        groups.remove(path);
    }

    @Override
    public void close() {}

    /** One group in memory. */
    public final class FakeCgroup implements Cgroup {
        private final CgroupPath path;
        private final CgroupId id;
        private final Map<LimitFile, LimitValue> limits = new EnumMap<>(LimitFile.class);
        private final List<String> writes = new ArrayList<>();
        private Supplier<Reading<MemoryEvents>> memoryEvents = () -> Reading.unknown("");
        private Supplier<Reading<Long>> pidsMaxEvents = () -> Reading.unknown("");
        private WriteHook hook = (file, value) -> {};
        private Reading<MemoryStat> memory = Reading.known(new MemoryStat(0, 0, 0, 0, 0, 0, 0, 0, 0));
        private boolean memoryMaxKills = true;

        FakeCgroup(CgroupPath path, CgroupId id) {
            this.path = path;
            this.id = id;
            for (LimitFile file : LimitFile.values()) {
                limits.put(file, file.kernelDefault());
            }
        }

        /** Called before each write; may throw what the kernel would. */
        public void onWrite(WriteHook called) {
            hook = called;
        }

        /** Asked at each reading. */
        public void memoryEvents(Supplier<MemoryEvents> counters) {
            memoryEvents = () -> Reading.known(counters.get());
        }

        /** Asked at each reading. */
        public void pidsMaxEvents(LongSupplier count) {
            pidsMaxEvents = () -> Reading.known(count.getAsLong());
        }

        public void memory(MemoryStat stat) {
            memory(Reading.known(stat));
        }

        public void memory(Reading<MemoryStat> reading) {
            memory = reading;
        }

        /** From now on its memory controller is a v1 one. */
        public void refusesWhatWouldKill() {
            memoryMaxKills = false;
        }

        /** As if somebody else had written. */
        public synchronized void set(LimitFile file, LimitValue value) {
            limits.put(file, value);
        }

        public synchronized void unsupported(LimitFile file) {
            limits.remove(file);
        }

        public synchronized List<String> writes() {
            return List.copyOf(writes);
        }

        @Override
        public CgroupPath path() {
            return path;
        }

        @Override
        public CgroupId id() {
            return id;
        }

        @Override
        public Set<Controller> controllers() {
            return FakeCgroups.this.controllers();
        }

        @Override
        public synchronized Reading<LimitValue> readLimit(LimitFile file) {
            if (groups.get(path) != this) {
                return Reading.gone();
            }
            LimitValue value = limits.get(file);
            return value == null ? Reading.unknown("not in this test's kernel") : Reading.known(value);
        }

        @Override
        public Reading<LimitValue> writeLimit(LimitFile file, LimitValue value) {
            hook.writing(file, value);
            synchronized (this) {
                writes.add(file.fileName() + "=" + value.kernelText());
                limits.put(file, value);
            }
            return readLimit(file);
        }

        @Override
        public CgroupUsage usage() {
            return new CgroupUsage(
                    Reading.unknown(""),
                    memory,
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""),
                    Reading.unknown(""));
        }

        @Override
        public Reading<Pressure> pressure(Resource resource) {
            return Reading.unknown("");
        }

        @Override
        public Reading<MemoryEvents> memoryEvents() {
            return memoryEvents.get();
        }

        @Override
        public boolean memoryMaxKills() {
            return memoryMaxKills;
        }

        @Override
        public Reading<Long> memoryCurrentBytes() {
            return memory.map(MemoryStat::currentBytes);
        }

        @Override
        public Reading<Long> pidsMaxEvents() {
            return pidsMaxEvents.get();
        }

        @Override
        public Reading<Long> pidsCurrent() {
            return Reading.known(0L);
        }

        @Override
        public Reading<State> state() {
            return Reading.known(new State(false, false));
        }

        @Override
        public Reading<List<Integer>> processes() {
            return Reading.known(List.of());
        }

        @Override
        public Reading<Boolean> freeze(boolean frozen) {
            return Reading.known(true);
        }

        @Override
        public Reading<Boolean> killAll() {
            return Reading.known(true);
        }

        @Override
        public Reading<Long> reclaim(long bytes, ReclaimGuard guard) {
            return Reading.known(0L);
        }

        @Override
        public Reading<Fd> oomNotifier() {
            return Reading.unknown("");
        }

        @Override
        public List<Fd> openDirectories() {
            return List.of();
        }

        @Override
        public Entry entry() {
            return new Entry(path, "/fake" + path.text(), List.of());
        }
    }

    /** May throw what the kernel would. */
    @FunctionalInterface
    public interface WriteHook {
        void writing(LimitFile file, LimitValue value);
    }
}
