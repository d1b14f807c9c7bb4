package io.vigia.supervisor;

/** Entry point of the {@code vigia} program. */
public final class Main {
    private Main() {}

    /** Prints the version, which is all there is so far. */
    public static void main(String[] arguments) {
        String version = Main.class.getPackage().getImplementationVersion();
        System.out.println("vigia " + (version == null ? "unknown" : version));
    }
}
