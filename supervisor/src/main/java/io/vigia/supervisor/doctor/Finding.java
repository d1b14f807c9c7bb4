package io.vigia.supervisor.doctor;

import io.vigia.kernel.cgroup.DoctorCheck;
import io.vigia.kernel.model.Support;

/**
 * What one check found.
 *
 * @param status {@code ok}, {@code degraded} or {@code missing}
 * @param remedy what would change it; may be empty
 */
public record Finding(String name, String status, String detail, String remedy) {
    static Finding of(DoctorCheck check) {
        String name = check.name();
        try {
            return switch (check.probe()) {
                case Support.Available(String detail) -> new Finding(name, "ok", detail, "");
                case Support.Degraded(String lost, String remedy) -> new Finding(name, "degraded", lost, remedy);
                case Support.Missing(String cause, String remedy) -> new Finding(name, "missing", cause, remedy);
            };
        } catch (RuntimeException e) {
            // A host where a check cannot even be made is the host that needs the doctor most.
            return new Finding(name, "missing", "the check itself failed: " + e, "");
        }
    }
}
