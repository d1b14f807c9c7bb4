package io.vigia.supervisor.cli;

import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.NotifySocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd, or whoever listens on NOTIFY_SOCKET, how this service is (sd_notify(3)); nobody where the variable is not
 * set. Never blocks or throws; any thread.
 */
final class ServiceManager {
    private final Shell shell;
    private final @Nullable NotifySocket socket;
    private final @Nullable Duration watchdogEvery;
    private volatile boolean failed;

    private ServiceManager(Shell shell, @Nullable NotifySocket socket, @Nullable Duration watchdogEvery) {
        this.shell = shell;
        this.socket = socket;
        this.watchdogEvery = watchdogEvery;
    }

    static ServiceManager of(Shell shell) {
        String address = shell.variable("NOTIFY_SOCKET");
        if (address == null) {
            return new ServiceManager(shell, null, null);
        }
        try {
            return new ServiceManager(shell, NotifySocket.at(address), watchdog(shell));
        } catch (IllegalArgumentException e) {
            CommandRunner.say(shell, "NOTIFY_SOCKET: " + e.getMessage() + "; the service manager hears nothing");
            return new ServiceManager(shell, null, null);
        }
    }

    /** Half of what is allowed, as sd_watchdog_enabled(3) advises. */
    private static @Nullable Duration watchdog(Shell shell) {
        String usec = shell.variable("WATCHDOG_USEC");
        String pid = shell.variable("WATCHDOG_PID");
        if (usec == null
                || (pid != null
                        && !pid.equals(Long.toString(ProcessHandle.current().pid())))) {
            return null;
        }
        if (!usec.matches("[1-9][0-9]{3,15}")) {
            throw new IllegalArgumentException("WATCHDOG_USEC='" + usec + "' is no time of at least 1000 µs");
        }
        return Duration.ofNanos(Long.parseLong(usec) * 500);
    }

    /** How often to say {@link #alive}; {@code null}: never. */
    @Nullable
    Duration watchdogEvery() {
        return watchdogEvery;
    }

    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    void alive() {
        send("WATCHDOG=1");
    }

    void stopping() {
        send("STOPPING=1\nSTATUS=stopping; managed groups run on");
    }

    private void send(String text) {
        if (socket == null) {
            return;
        }
        try {
            socket.send(text);
            failed = false;
        } catch (KernelException e) {
            if (!failed) {
                failed = true;
                CommandRunner.say(shell, "the service manager was not told: " + e.getMessage());
            }
        }
    }
}
