package io.vigia.supervisor.journal;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vigia.supervisor.journal.Store.Table;
import org.jspecify.annotations.Nullable;

/** What waits for the writer; {@code ticket} is the order of arrival. */
sealed interface Entry {
    long ticket();

    /** @param weight estimated bytes of heap */
    record Append(long ticket, EventDraft draft, long weight) implements Entry {}

    /**
     * @param json {@code null} deletes
     * @param context where the future's listeners run; {@code null}: on the writer's thread
     */
    record Write(
            long ticket,
            Table table,
            String key,
            @Nullable String json,
            Promise<Void> promise,
            @Nullable Context context)
            implements Entry {
        void settle(@Nullable Throwable failure) {
            if (context == null) {
                complete(failure);
            } else {
                context.runOnContext(ignored -> complete(failure));
            }
        }

        private void complete(@Nullable Throwable failure) {
            if (failure == null) {
                promise.tryComplete();
            } else {
                promise.tryFail(failure);
            }
        }
    }
}
