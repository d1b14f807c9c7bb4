package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.text.Table;
import io.vigia.supervisor.doctor.Checkup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What this host allows. */
@Command(
        name = "doctor",
        description = "Tell what this kernel, these capabilities and these mounts allow, and what to change.")
final class DoctorVerb extends Verb {
    @Option(names = "-o", paramLabel = "table|json|yaml", description = "Form of the output.")
    private Output output = Output.table;

    @Override
    public Integer call() {
        Checkup checkup = Checkup.ofThisHost();
        if (output.isTable()) {
            Table table = new Table("CHECK", "STATUS", "DETAIL", "REMEDY");
            checkup.results().forEach(r -> table.row(r.name(), r.status(), r.detail(), r.remedy()));
            print(table.lines());
        } else {
            JsonArray checks = new JsonArray();
            checkup.results()
                    .forEach(r -> checks.add(new JsonObject()
                            .put("name", r.name())
                            .put("status", r.status())
                            .put("detail", r.detail())
                            .put("remedy", r.remedy())));
            shell().line(Output.document(output, new JsonObject().put("checks", checks)));
        }
        return checkup.fit() ? Exit.DONE : Exit.FAILED;
    }
}
