package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.util.List;

/**
 * One kernel file's text as bytes, to numbers. It makes no strings and throws nothing: what it does not understand is
 * unknown. Stateless.
 */
public interface FileNumbers {
    /** What the file tells. */
    List<CgroupNumber> numbers();

    /** Sets all of {@link #numbers()}. */
    void parse(byte[] text, int length, CgroupNumbers into);

    /** The file could not be read, or is all zero without reading. */
    default void fill(long value, CgroupNumbers into) {
        for (CgroupNumber number : numbers()) {
            into.set(number, value);
        }
    }
}
