package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.model.Support;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of others that containers with images and networks will need. */
final class Programs {
    private static final List<String> USUAL = List.of(
            "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/libexec/podman");
    private static final List<String> CNI = List.of("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni");

    private Programs() {}

    static List<DoctorCheck> checks() {
        return List.of(
                new Present("runtime.runc", "runc", path(), "apt-get install runc"),
                new Present("runtime.crun", "crun", path(), "apt-get install crun"),
                new Present("conmon", "conmon", path(), "apt-get install conmon"),
                new Present("cni", "bridge", CNI, "apt-get install containernetworking-plugins"));
    }

    private static List<String> path() {
        String path = System.getenv("PATH");
        List<String> places = new ArrayList<>(path == null ? List.of() : Arrays.asList(path.split(":")));
        places.addAll(USUAL);
        return places;
    }

    /** One program, looked for in some directories. */
    record Present(String name, String program, List<String> places, String remedy) implements DoctorCheck {
        Present {
            places = List.copyOf(places);
        }

        @Override
        public Support probe() {
            for (String place : places) {
                Path file = Path.of(place.isEmpty() ? "." : place, program);
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return new Support.Available(file.toString());
                }
            }
            return new Support.Missing(program + " was not found; plain processes work without it", remedy);
        }
    }
}
