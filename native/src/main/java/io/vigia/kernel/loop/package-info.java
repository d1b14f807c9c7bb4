/** Raw kernel descriptors on a Vert.x event loop: the only package that imports Netty's epoll. */
@NullMarked
package io.vigia.kernel.loop;

import org.jspecify.annotations.NullMarked;
