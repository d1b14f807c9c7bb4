package io.vigia.supervisor.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Bytes to documents: YAML 1.2, of which JSON is a part, within bounds that a hostile file cannot exceed. */
final class Documents {
    /** Far above any manifest that a person keeps. */
    static final int MAX_BYTES = 1 << 20;

    private Documents() {}

    /** The documents up to the first that cannot be read; empty ones are left out. */
    static List<Tree> read(byte[] raw, Findings findings) {
        if (raw.length > MAX_BYTES) {
            findings.add(
                    Position.NONE,
                    "",
                    "has " + raw.length + " bytes; at most " + MAX_BYTES + " are read: split the file");
            return List.of();
        }
        String text = decode(raw, findings);
        return text == null ? List.of() : read(text, findings);
    }

    private static @Nullable String decode(byte[] raw, Findings findings) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            findings.add(Position.NONE, "", "is not UTF-8 text: save it as UTF-8");
            return null;
        }
    }

    private static List<Tree> read(String given, Findings findings) {
        String text = tabsOfJson(given.startsWith("\ufeff") ? given.substring(1) : given);
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(MAX_BYTES + 1).build();
        List<Tree> documents = new ArrayList<>();
        try {
            TreeBuilder builder =
                    new TreeBuilder(new Parse(settings).parseString(text).iterator());
            for (Optional<Tree> one = builder.next(); one.isPresent(); one = builder.next()) {
                if (!(one.get() instanceof Tree.Scalar scalar && scalar.isNull())) {
                    documents.add(one.get());
                }
            }
        } catch (TreeBuilder.RefusedException e) {
            findings.add(e.at(), "", e.reason());
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(Documents::position)
                    .orElse(Position.NONE);
            String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
            findings.add(at, "", "not YAML or JSON: " + e.getProblem() + context);
        } catch (ReaderException e) {
            findings.add(
                    positionOf(text, e.getPosition()),
                    "",
                    "character U+" + HexFormat.of().withUpperCase().toHexDigits((long) e.getCodePoint(), 4)
                            + " is not allowed: write it as an escape in double quotes");
        } catch (YamlEngineException e) {
            findings.add(Position.NONE, "", "not YAML or JSON: " + e.getMessage());
        }
        return documents;
    }

    /** JSON may be indented with tabs, YAML may not; a raw tab is in no JSON string, so a space says the same. */
    private static String tabsOfJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? text.replace('\t', ' ') : text;
    }

    private static Position positionOf(String text, int codePoints) {
        int line = 1;
        int column = 1;
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        for (int i = 0; i < end; i++) {
            column = text.charAt(i) == '\n' ? 1 : column + 1;
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new Position(line, column);
    }

    static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
