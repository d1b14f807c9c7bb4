package io.vigia.supervisor.reaction;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.psi.Arming;
import io.vigia.kernel.psi.PsiTriggers;
import io.vigia.kernel.sys.Fd;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.journal.EventTypes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Arms pressure triggers for policies and tells of pressure in events: {@code pressure.crossed} when the kernel says so,
 * {@code pressure.relieved} when a whole window passed without another word and with less stall. Kernel-loop thread only.
 */
public final class KernelPressure implements PressureTriggers {
    private static final Logger LOG = LoggerFactory.getLogger(KernelPressure.class);

    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final PsiTriggers psi;
    private final EventLog events;
    private final Map<Key, Watched> watched = new HashMap<>();
    private @Nullable Policies policies;

    public KernelPressure(KernelLoop loop, Cgroups cgroups, GroupWorkers workers, PsiTriggers psi, EventLog events) {
        this.loop = loop;
        this.cgroups = cgroups;
        this.workers = workers;
        this.psi = psi;
        this.events = events;
    }

    private record Key(CgroupId id, PressureTrigger wanted) {}

    private static final class Watched {
        private Arming.@Nullable Handle handle;
        /** The one that is wanted, and once it is armed the one that the kernel took. */
        private PressureTrigger trigger;

        private KernelLoop.@Nullable Timer quiet;
        private @Nullable StallLook last;

        private Watched(PressureTrigger wanted) {
            trigger = wanted;
        }
    }

    /** Who hears of what the triggers say; once, before anything is armed. */
    public void listener(Policies hears) {
        policies = hears;
    }

    @Override
    public void arm(CgroupPath path, CgroupId id, PressureTrigger wanted) {
        loop.requireInLoop();
        Key key = new Key(id, wanted);
        if (watched.putIfAbsent(key, new Watched(wanted)) != null) {
            return;
        }
        workers.submit(() -> directory(path, id))
                .onSuccess(directory -> armOpened(directory, path, key))
                .onFailure(e -> unavailable(key, e.toString()));
    }

    private @Nullable Fd directory(CgroupPath path, CgroupId id) {
        Cgroup cgroup = cgroups.open(path).orNull();
        if (cgroup == null || !cgroup.id().equals(id)) {
            return null;
        }
        List<Fd> directories = cgroup.openDirectories();
        directories.stream().skip(1).forEach(Fd::close);
        return directories.isEmpty() ? null : directories.get(0);
    }

    private void armOpened(@Nullable Fd directory, CgroupPath path, Key key) {
        Watched entry = watched.get(key);
        if (directory == null || entry == null) {
            watched.remove(key);
            if (directory != null) {
                directory.close();
            }
            return;
        }
        try {
            switch (psi.arm(directory, path, key.id, key.wanted)) {
                case Arming.Armed(PressureTrigger granted, String warning, Arming.Handle handle) -> {
                    entry.handle = handle;
                    entry.trigger = granted;
                    if (warning != null) {
                        LOG.warn("{}", warning);
                    }
                }
                case Arming.Unavailable(Support.Missing why) -> unavailable(key, why.cause() + "; " + why.remedy());
                case Arming.Gone() -> watched.remove(key);
            }
        } finally {
            directory.close();
        }
    }

    private void unavailable(Key key, String why) {
        watched.remove(key);
        LOG.warn("no pressure trigger: {}", why);
        if (policies != null) {
            policies.triggerUnavailable(key.id, key.wanted, why);
        }
    }

    @Override
    public void disarm(CgroupId id, PressureTrigger wanted) {
        loop.requireInLoop();
        end(watched.remove(new Key(id, wanted)));
    }

    /** The kernel's word. The event's trigger is the one that was asked for. */
    public void crossed(KernelEvent.PressureCrossed event) {
        loop.requireInLoop();
        Key key = new Key(event.id(), event.trigger());
        Watched entry = watched.get(key);
        if (entry == null) {
            return;
        }
        // First, as every step before the limit is written counts. What policies decide they tell in a later turn.
        if (policies != null) {
            policies.pressureCrossed(event, entry.trigger.windowUsec());
        }
        PressureStall reading = read(entry);
        if (entry.quiet == null) {
            tell(EventTypes.PRESSURE_CROSSED, event.path(), entry, reading);
        } else {
            entry.quiet.cancel();
        }
        entry.last = look(reading);
        if (watched.get(key) == entry) {
            waitForQuiet(event.path(), key, entry);
        }
    }

    /** The kernel took the trigger away, with its group or for good. */
    public void lost(KernelEvent.PressureTriggerLost event) {
        loop.requireInLoop();
        end(watched.remove(new Key(event.id(), event.trigger())));
    }

    // The kernel speaks at most once a window: one and a half without a word is quiet.
    private void waitForQuiet(CgroupPath path, Key key, Watched entry) {
        entry.quiet = loop.schedule(entry.trigger.windowUsec() * 3 / 2 / 1000, () -> quiet(path, key));
    }

    private void quiet(CgroupPath path, Key key) {
        Watched entry = watched.get(key);
        if (entry == null) {
            return;
        }
        entry.quiet = null;
        PressureStall reading = read(entry);
        StallLook before = entry.last;
        StallLook now = look(reading);
        entry.last = now;
        if (now != null
                && before != null
                && now.stallsSince(before, entry.trigger.stallUsec(), entry.trigger.windowUsec())) {
            waitForQuiet(path, key, entry);
        } else {
            tell(EventTypes.PRESSURE_RELIEVED, path, entry, reading);
        }
    }

    private static @Nullable StallLook look(@Nullable PressureStall reading) {
        return reading == null ? null : new StallLook(reading.totalUsec(), System.nanoTime());
    }

    private static @Nullable PressureStall read(Watched entry) {
        Pressure pressure =
                entry.handle == null ? null : entry.handle.pressure().orNull();
        return pressure == null ? null : pressure.of(entry.trigger.kind());
    }

    private void tell(String type, CgroupPath path, Watched entry, @Nullable PressureStall reading) {
        PressureTrigger trigger = entry.trigger;
        JsonObject data = new JsonObject()
                .put("resource", trigger.resource().kernelName())
                .put("kind", trigger.kind().kernelName())
                .put("stallUsec", trigger.stallUsec())
                .put("windowUsec", trigger.windowUsec());
        if (reading != null) {
            data.put("avg10", reading.avg10())
                    .put("avg60", reading.avg60())
                    .put("avg300", reading.avg300())
                    .put("totalUsec", reading.totalUsec());
        }
        events.of(path, type, data);
    }

    private static void end(@Nullable Watched entry) {
        if (entry != null && entry.handle != null) {
            entry.handle.disarm();
        }
        if (entry != null && entry.quiet != null) {
            entry.quiet.cancel();
        }
    }
}
