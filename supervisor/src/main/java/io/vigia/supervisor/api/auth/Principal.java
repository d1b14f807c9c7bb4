package io.vigia.supervisor.api.auth;

import io.vigia.kernel.loop.UnixPeer;
import org.jspecify.annotations.Nullable;

/** Who sent a request. */
public sealed interface Principal {
    /** {@code null}: nothing but health. */
    @Nullable
    Role role();

    /** For the audit log; never a secret. */
    String auditName();

    /** On the Unix socket, whose file mode let it in. {@code peer} is {@code null} without the native transport. */
    record Socket(@Nullable UnixPeer peer) implements Principal {
        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public String auditName() {
            return peer == null ? "unix peer" : "unix uid=" + peer.uid() + " gid=" + peer.gid() + " pid=" + peer.pid();
        }
    }

    /** With a bearer token. */
    record Bearer(String name, Role role) implements Principal {
        @Override
        public String auditName() {
            return "token " + name;
        }
    }

    /** Over TCP from this very machine, without a token. */
    record Loopback(String address) implements Principal {
        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public String auditName() {
            return "loopback " + address;
        }
    }

    /** Over TCP from elsewhere, without a token. */
    record Nobody(String address) implements Principal {
        @Override
        public @Nullable Role role() {
            return null;
        }

        @Override
        public String auditName() {
            return "nobody at " + address;
        }
    }
}
