package io.vigia.kernel.sys;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kernel that answers as a test wants it for some calls, and through another one, or not at all, for the rest. */
public final class PlayedSyscalls {
    private final Map<String, Function<Object[], Object>> answers = new HashMap<>();
    private final @Nullable Syscalls rest;

    public PlayedSyscalls(@Nullable Syscalls rest) {
        this.rest = rest;
    }

    /** {@code call} is the name of a method of {@link Syscalls}. */
    public PlayedSyscalls answer(String call, Function<Object[], Object> answer) {
        answers.put(call, answer);
        return this;
    }

    public Syscalls syscalls() {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Function<Object[], Object> answer = answers.get(method.getName());
            return answer == null ? rest(method, arguments) : answer.apply(arguments);
        };
        return (Syscalls)
                Proxy.newProxyInstance(Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, handler);
    }

    private @Nullable Object rest(Method method, Object[] arguments) throws Throwable {
        if (rest == null) {
            throw new IllegalStateException("this test plays no " + method.getName());
        }
        try {
            return method.invoke(rest, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
