package io.vigia.supervisor.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorCheckTest {
    private static final String LIST = "Name            ID\ncn_proc         1:1\n";

    @TempDir
    Path proc;

    private Support probe(String list, String pidNamespace, String userNamespace) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("self/ns"));
        Files.writeString(proc.resolve("net/connector"), list);
        Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of(pidNamespace));
        Files.createSymbolicLink(proc.resolve("self/ns/user"), Path.of(userNamespace));
        return new ConnectorCheck(proc).probe();
    }

    @Test
    void isThereInTheHostsNamespaces() throws IOException {
        assertThat(probe(LIST, "pid:[4026531836]", "user:[4026531837]")).isInstanceOf(Support.Available.class);
    }

    @Test
    void isSilentInAnotherPidNamespace() throws IOException {
        assertThat(probe(LIST, "pid:[4026532000]", "user:[4026531837]"))
                .isInstanceOfSatisfying(
                        Support.Degraded.class, d -> assertThat(d.remedy()).contains("hostPID"));
    }

    @Test
    void isSilentInAnotherUserNamespace() throws IOException {
        assertThat(probe(LIST, "pid:[4026531836]", "user:[4026532001]")).isInstanceOf(Support.Degraded.class);
    }

    @Test
    void isNotThereInAnotherNetworkNamespace() {
        assertThat(new ConnectorCheck(proc).probe())
                .isInstanceOfSatisfying(
                        Support.Degraded.class,
                        d -> assertThat(d.remedy())
                                .contains("network namespace")
                                .contains("CONFIG_PROC_EVENTS"));
    }
}
