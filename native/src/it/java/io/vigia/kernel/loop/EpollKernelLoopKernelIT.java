package io.vigia.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.EventFd;
import io.vigia.kernel.sys.JnaSyscalls;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpollKernelLoopKernelIT {
    private final JnaSyscalls syscalls = new JnaSyscalls();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final EpollKernelLoop loop = EpollKernelLoop.create(vertx);

    @AfterEach
    void closesVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(20), TimeUnit.SECONDS);
    }

    @Test
    void isAvailableHere() {
        assertThat(EpollKernelLoop.availability()).isInstanceOf(Support.Available.class);
    }

    @Test
    void saysWhatIsMissingOnAnotherTransport() throws Exception {
        Vertx nio = Vertx.vertx(new VertxOptions().setPreferNativeTransport(false));
        try {
            assertThatThrownBy(() -> EpollKernelLoop.create(nio))
                    .hasMessageContaining("setPreferNativeTransport(true)");
        } finally {
            nio.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(20), TimeUnit.SECONDS);
        }
    }

    @Test
    void deliversEveryReadinessOnTheLoopWithItsContext() throws Exception {
        try (EventFd event = new EventFd(syscalls)) {
            BlockingQueue<Boolean> seen = new ArrayBlockingQueue<>(10);
            onLoop(() -> loop.register(event.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                event.drain();
                seen.add(loop.inLoop() && Vertx.currentContext() == loop.context() && bits == KernelLoop.EPOLLIN);
            }));
            for (int i = 0; i < 5; i++) {
                event.signal();
                assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aThrowingHandlerHarmsNeitherItselfNorOthers() throws Exception {
        try (EventFd bad = new EventFd(syscalls);
                EventFd good = new EventFd(syscalls)) {
            BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
            onLoop(() -> loop.register(bad.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                bad.drain();
                seen.add("bad");
                throw new IllegalStateException("thrown by the test");
            }));
            onLoop(() -> loop.register(good.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                good.drain();
                seen.add("good");
            }));
            bad.signal();
            assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("bad");
            good.signal();
            assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("good");
            bad.signal();
            assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("bad");
        }
    }

    @Test
    void whatIsToBeLastComesAfterWhatOthersOfTheTurnHandOver() throws Exception {
        try (EventFd first = new EventFd(syscalls);
                EventFd second = new EventFd(syscalls)) {
            BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
            onLoop(() -> loop.register(first.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                first.drain();
                loop.executeLast(() -> seen.add("last"));
            }));
            // Both are ready once the loop waits again.
            onLoop(() -> {
                KernelLoop.Registration registered = loop.register(second.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                    second.drain();
                    loop.execute(() -> seen.add("handed over"));
                });
                first.signal();
                second.signal();
                return registered;
            });
            assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("handed over");
            assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("last");
        }
    }

    @Test
    void aCancelledRegistrationIsSilentAlsoWithinItsHandler() throws Exception {
        try (EventFd event = new EventFd(syscalls);
                EventFd other = new EventFd(syscalls)) {
            AtomicInteger calls = new AtomicInteger();
            KernelLoop.Registration[] own = new KernelLoop.Registration[1];
            own[0] = onLoop(() -> loop.register(event.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                calls.incrementAndGet();
                own[0].cancel();
                own[0].cancel();
            }));
            BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
            onLoop(() -> loop.register(other.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                other.drain();
                seen.add("other");
            }));
            event.signal();
            for (int i = 0; i < 3; i++) {
                other.signal();
                assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("other");
            }
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void edgeTriggeredDescriptorsDoNotSpinWhileReady() throws Exception {
        try (EventFd event = new EventFd(syscalls);
                EventFd other = new EventFd(syscalls)) {
            AtomicInteger calls = new AtomicInteger();
            onLoop(() -> loop.register(
                    event.fd(), KernelLoop.EPOLLIN | KernelLoop.EPOLLET, (bits, nanos) -> calls.incrementAndGet()));
            BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
            onLoop(() -> loop.register(other.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {
                other.drain();
                seen.add("other");
            }));
            event.signal();
            for (int i = 0; i < 5; i++) {
                other.signal();
                assertThat(seen.poll(Patience.seconds(10), TimeUnit.SECONDS)).isEqualTo("other");
            }
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void runsTasksAndTimersWithTheContextAndMeasuresTheirLag() throws Exception {
        CompletableFuture<Context> executed = new CompletableFuture<>();
        loop.execute(() -> executed.complete(Vertx.currentContext()));
        assertThat(executed.get(Patience.seconds(10), TimeUnit.SECONDS)).isSameAs(loop.context());
        CompletableFuture<Context> scheduled = new CompletableFuture<>();
        loop.schedule(1, () -> scheduled.complete(Vertx.currentContext()));
        assertThat(scheduled.get(Patience.seconds(10), TimeUnit.SECONDS)).isSameAs(loop.context());
        assertThat(loop.lag().takeMaxNanos()).isPositive();
        CompletableFuture<Void> never = new CompletableFuture<>();
        loop.schedule(50, () -> never.complete(null)).cancel();
        CompletableFuture<Void> later = new CompletableFuture<>();
        loop.schedule(100, () -> later.complete(null));
        later.get(Patience.seconds(10), TimeUnit.SECONDS);
        assertThat(never).isNotDone();
    }

    @Test
    void registrationIsForTheLoopsThreadOnly() {
        try (EventFd event = new EventFd(syscalls)) {
            assertThatThrownBy(() -> loop.register(event.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> {}))
                    .hasMessageContaining("must run on the kernel loop");
        }
    }

    private <T> T onLoop(java.util.function.Supplier<T> task) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(Patience.seconds(10), TimeUnit.SECONDS);
    }
}
