package io.vigia.supervisor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/**
 * What is logged, in code: reading the same from XML costs a tenth of a start. {@code -Dlogback.configurationFile=FILE}
 * goes before it. Found by logback as a service.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{short}");
        encoder.start();
        ConsoleAppender<ILoggingEvent> text = new ConsoleAppender<>();
        text.setContext(context);
        text.setName("text");
        text.setTarget("System.err");
        text.setEncoder(encoder);
        text.start();
        context.getLogger("io.vigia").setLevel(Level.INFO);
        // Two gauges of one name from Vert.x: harmless, and nothing a user could change.
        context.getLogger("io.micrometer").setLevel(Level.ERROR);
        // Without a hardware address Netty names its channels by random bytes, and nobody need know.
        context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(text);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
