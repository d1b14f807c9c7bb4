package io.vigia.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "/a/*, /a/b, true",
        "/a/*, /a/b/c, false",
        "/a/**, /a/b/c, true",
        "/a/**, /a, false",
        "/**/busy, /x/y/busy, true",
        "a, /a, true",
        "/a?, /ab, true",
        "/a?, /a/, false",
        "'/b,/a/*', /a/x, true",
        "'/b,/a/*', /c, false",
        "'', '', false",
        "/a.c, /abc, false"
    })
    void matchesPaths(String glob, String path, boolean matches) {
        assertThat(Glob.ofPath(glob).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "policy.*, policy.armed, true",
        "policy.*, group.created, false",
        "*, a/b, true",
        "*.*, policy, false",
        "x?y, x\uD83D\uDE00y, true",
        "'', '', true"
    })
    void matchesNames(String glob, String name, boolean matches) {
        assertThat(Glob.ofName(glob).matches(name)).isEqualTo(matches);
    }

    @Test
    void saysWhatARegularExpressionWouldSay() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            String glob = "/" + some(random, "ab/*?*", 8);
            String path = "/" + some(random, "ab/", 8);
            String regex = glob.replace("**", "#")
                    .replace("*", "[^/]*")
                    .replace("?", "[^/]")
                    .replace("#", ".*");
            assertThat(Glob.ofPath(glob).matches(path))
                    .as("%s and %s", glob, path)
                    .isEqualTo(Pattern.matches(regex, path));
        }
    }

    private static String some(Random random, String of, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            text.append(of.charAt(random.nextInt(of.length())));
        }
        return text.toString();
    }

    /** A regular expression would still be at it when the universe ends. */
    @ParameterizedTest
    @ValueSource(strings = {"**", "*a", "**a"})
    void comesToAnEndForAnyPattern(String repeated) {
        Glob glob = Glob.ofPath("/" + repeated.repeat(100) + "b");
        boolean matches =
                Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> glob.matches("/" + "a".repeat(200)));
        assertThat(matches).isFalse();
    }
}
