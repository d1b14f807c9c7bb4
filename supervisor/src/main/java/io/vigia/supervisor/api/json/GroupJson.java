package io.vigia.supervisor.api.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.model.GroupView;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A group as the API shows it. What is unknown is {@code null}; a limit file that is not there is left out. */
public final class GroupJson {
    private GroupJson() {}

    public static JsonObject of(GroupView group) {
        JsonObject labels = new JsonObject();
        new TreeMap<>(group.labels()).forEach(labels::put);
        return new JsonObject()
                .put("id", group.path().id())
                .put("name", group.name())
                .put("path", group.path().text())
                .put("managed", group.managed())
                .put("engine", group.engine())
                .put("cgroupId", group.id() == null ? null : group.id().inode())
                .put("state", group.state().apiName())
                .put("labels", labels)
                .put(
                        "controllers",
                        new JsonArray(group.controllers().stream()
                                .sorted()
                                .map(Controller::kernelName)
                                .toList()))
                .put("hierarchy", group.hierarchy().apiName())
                .put("limits", LimitsJson.of(group.limits()))
                .put("usage", usage(group.usage()))
                .put(
                        "pressure",
                        new JsonObject()
                                .put("cpu", pressure(group.usage().cpuPressure()))
                                .put("memory", pressure(group.usage().memoryPressure()))
                                .put("io", pressure(group.usage().ioPressure())))
                .put(
                        "events",
                        new JsonObject()
                                .put("memory", memoryEvents(group.usage().memoryEvents()))
                                .put(
                                        "pids",
                                        new JsonObject()
                                                .put(
                                                        "max",
                                                        group.usage()
                                                                .pidsMaxEvents()
                                                                .orNull())))
                .put("processes", known(group.processes()))
                .put("containers", new JsonArray(group.containers()))
                .put("parent", group.parent())
                .put("children", new JsonArray(group.children()));
    }

    private static JsonObject usage(CgroupUsage usage) {
        CpuStat cpu = usage.cpu().orNull();
        MemoryStat memory = usage.memory().orNull();
        List<IoStat> io = usage.io().orNull();
        return new JsonObject()
                .put("cpu.usageUsec", cpu == null ? null : known(cpu.usageUsec()))
                .put("cpu.userUsec", cpu == null ? null : known(cpu.userUsec()))
                .put("cpu.systemUsec", cpu == null ? null : known(cpu.systemUsec()))
                .put("cpu.periods", cpu == null ? null : known(cpu.periods()))
                .put("cpu.throttledPeriods", cpu == null ? null : known(cpu.throttledPeriods()))
                .put("cpu.throttledUsec", cpu == null ? null : known(cpu.throttledUsec()))
                .put("memory.current", memory == null ? null : known(memory.currentBytes()))
                .put("memory.peak", memory == null ? null : known(memory.peakBytes()))
                .put("memory.swap.current", memory == null ? null : known(memory.swapBytes()))
                .put("memory.workingSet", memory == null ? null : known(memory.workingSetBytes()))
                .put("pids.current", usage.pids().orNull())
                .put(
                        "io.readBytes",
                        io == null
                                ? null
                                : io.stream().mapToLong(IoStat::readBytes).sum())
                .put(
                        "io.writeBytes",
                        io == null
                                ? null
                                : io.stream().mapToLong(IoStat::writeBytes).sum());
    }

    private static @Nullable JsonObject pressure(Reading<Pressure> reading) {
        Pressure pressure = reading.orNull();
        return pressure == null
                ? null
                : new JsonObject().put("some", stall(pressure.some())).put("full", stall(pressure.full()));
    }

    private static @Nullable JsonObject stall(@Nullable PressureStall stall) {
        return stall == null
                ? null
                : new JsonObject()
                        .put("avg10", stall.avg10())
                        .put("avg60", stall.avg60())
                        .put("avg300", stall.avg300())
                        .put("totalUsec", stall.totalUsec());
    }

    private static @Nullable JsonObject memoryEvents(Reading<MemoryEvents> reading) {
        MemoryEvents events = reading.orNull();
        return events == null
                ? null
                : new JsonObject()
                        .put("low", known(events.low()))
                        .put("high", known(events.high()))
                        .put("max", known(events.max()))
                        .put("oom", known(events.oom()))
                        .put("oom_kill", known(events.oomKill()))
                        .put("oom_group_kill", known(events.oomGroupKill()));
    }

    private static @Nullable Long known(long value) {
        return value < 0 ? null : value;
    }
}
