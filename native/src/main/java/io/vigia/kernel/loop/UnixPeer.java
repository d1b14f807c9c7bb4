package io.vigia.kernel.loop;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a Unix socket, as of its connect(2). Source: unix(7), SO_PEERCRED.
 *
 * @param pid in vigia's PID namespace; 0 when it is not visible there
 * @param gid the effective one, -1 unknown; supplementary groups are not told
 */
public record UnixPeer(int pid, int uid, int gid) {
    /** {@code null} for a connection that is no Unix socket, or has none of the native transport. Its event loop. */
    public static @Nullable UnixPeer of(HttpConnection connection) {
        if (!(connection instanceof HttpServerConnection server)
                || !(server.channelHandlerContext().channel() instanceof EpollDomainSocketChannel channel)) {
            return null;
        }
        try {
            PeerCredentials peer = channel.peerCredentials();
            int[] gids = peer.gids();
            return new UnixPeer(peer.pid(), peer.uid(), gids.length == 0 ? -1 : gids[0]);
        } catch (IOException e) {
            return null;
        }
    }
}
