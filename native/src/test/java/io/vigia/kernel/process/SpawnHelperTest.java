package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpawnHelperTest {
    static final Path SOURCE = Path.of("src/main/c/vigia-spawn.c");

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void isBuiltFromTheSourceInTheRepository(String architecture) throws Exception {
        byte[] image = SpawnHelper.image(architecture);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(SOURCE)));
        assertThat(new String(image, StandardCharsets.ISO_8859_1))
                .as("run src/main/c/build.sh after a change of " + SOURCE)
                .contains("vigia-spawn source " + hash);
        assertThat(image.length).isLessThan(8192);
        assertThat(image[0]).isEqualTo((byte) 0x7f);
        int machine = architecture.equals("x86_64") ? 0x3e : 0xb7;
        assertThat(image[18] & 0xff).as("e_machine").isEqualTo(machine);
    }
}
