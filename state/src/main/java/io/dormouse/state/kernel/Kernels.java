// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.lang.reflect.InvocationTargetException;

/**
 * Chooses the kernels of this process: the widest vector instructions the machine has, or plain Java. The system property
 * {@code dormouse.kernels} overrides: {@code auto} (the default), {@code scalar}, {@code simd-128}, {@code simd-256},
 * {@code simd-512}. What cannot be had falls back to plain Java, and {@link #selection} says why.
 */
public final class Kernels {
    /** The system property that overrides the choice. */
    public static final String PROPERTY = "dormouse.kernels";

    private static final String AUTO = "auto";
    static final String SIMD_PREFIX = "simd-";
    /** Loaded by name because its module may be absent: jdk.incubator.vector must be added on the command line. */
    private static final String SIMD_PROVIDER = "io.dormouse.state.kernel.simd.SimdProvider";

    /** What a class that cannot be found begins with when the module is absent. */
    private static final String SIMD_MODULE_PATH = "jdk/incubator/vector";

    private static final VectorKernels SCALAR = VectorKernels.scalar();
    private static final Choice CHOICE = choose(System.getProperty(PROPERTY, AUTO));

    private static boolean warm;

    private Kernels() {}

    private record Choice(VectorKernels kernels, String reason) {}

    /** The kernels of this process. */
    public static VectorKernels best() {
        return CHOICE.kernels();
    }

    /** The kernels in plain Java. */
    public static VectorKernels scalar() {
        return SCALAR;
    }

    /** One line for the log: which kernels were chosen and why. */
    public static String selection() {
        return CHOICE.kernels().name() + ": " + CHOICE.reason();
    }

    /**
     * Kernels by their name, {@code auto} included.
     *
     * @throws IllegalArgumentException when the name is unknown or this machine or process does not have them
     */
    public static VectorKernels byName(String name) {
        try {
            return find(name);
        } catch (UnavailableException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Runs every kernel of this process until it is compiled (some seconds, at most ten), so that the first queries do not
     * pay for it. Call it before serving; only the first call of a process does anything, and others wait for it.
     */
    public static synchronized void warmUp() {
        if (!warm) {
            new KernelWarmUp(best()).run();
            warm = true;
        }
    }

    private static Choice choose(String name) {
        try {
            VectorKernels found = find(name);
            return new Choice(found, AUTO.equals(name) ? "the widest this machine has" : PROPERTY + "=" + name);
        } catch (UnavailableException e) {
            return new Choice(SCALAR, e.getMessage());
        }
    }

    private static VectorKernels find(String name) throws UnavailableException {
        if (SCALAR.name().equals(name)) {
            return SCALAR;
        }
        if (AUTO.equals(name)) {
            return simd(0);
        }
        int bits = switch (name) {
            case SIMD_PREFIX + 128 -> 128;
            case SIMD_PREFIX + 256 -> 256;
            case SIMD_PREFIX + 512 -> 512;
            default ->
                throw new UnavailableException(
                        "kernels '" + name + "' are unknown; expected auto, scalar, simd-128, simd-256 or simd-512",
                        null);
        };
        return simd(bits);
    }

    /** SIMD kernels of a register width in bits, or of the machine's own for 0. */
    private static VectorKernels simd(int bits) throws UnavailableException {
        try {
            return (VectorKernels) Class.forName(SIMD_PROVIDER, true, Kernels.class.getClassLoader())
                    .getMethod("kernels", int.class)
                    .invoke(null, bits);
        } catch (InvocationTargetException e) {
            throw new UnavailableException(reason(e.getCause()), e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new UnavailableException(reason(e), e);
        }
    }

    private static String reason(Throwable cause) {
        if (String.valueOf(cause.getMessage()).contains(SIMD_MODULE_PATH)) {
            return "no vector instructions, because the module jdk.incubator.vector is absent; start the JVM with"
                    + " --add-modules=jdk.incubator.vector";
        }
        return "no vector instructions: " + cause;
    }

    private static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
