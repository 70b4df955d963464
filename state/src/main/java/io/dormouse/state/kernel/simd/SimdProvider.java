// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.BatchKernels;
import io.dormouse.state.kernel.BinaryKernels;
import io.dormouse.state.kernel.Float16Kernels;
import io.dormouse.state.kernel.Float32Kernels;
import io.dormouse.state.kernel.Int8Kernels;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.NibbleKernels;
import io.dormouse.state.kernel.RotationKernels;
import io.dormouse.state.kernel.VectorKernels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;

/**
 * Makes SIMD kernels of a register width. The compiler only turns vector code into vector instructions when the width is
 * a constant to it, so each width gets classes of its own: those of this package, defined again as hidden classes that
 * carry their width as class data.
 *
 * <p><b>No vector may cross a call between methods of our own.</b> The library's methods are always inlined; ours only as
 * long as the compiler's node budget lasts, which depends on the caller. Where it ends a vector becomes an object and the
 * kernel a hundred times slower, sometimes minutes after the start when a caller is compiled anew. Hence the repetition
 * in the kernels instead of small shared methods.
 */
public final class SimdProvider {
    private SimdProvider() {}

    /**
     * Kernels with registers of {@code bits} bits, or as wide as this machine has for 0.
     *
     * @throws IllegalStateException when this machine has no such registers
     */
    public static VectorKernels kernels(int bits) {
        int widest = VectorShape.preferredShape().vectorBitSize();
        if (widest < 128 || bits > widest) {
            throw new IllegalStateException("registers of " + Math.max(bits, 128)
                    + " bits are not to be had; this machine has " + widest + " bits: choose auto");
        }
        int width = bits == 0 ? widest : bits;
        return new VectorKernels(
                "simd-" + width,
                define(Float32Kernels.class, "SimdFloat32", width),
                define(Float16Kernels.class, "SimdFloat16", width),
                define(Int8Kernels.class, "SimdInt8", width),
                bitCount() == null ? Kernels.scalar().binary() : define(BinaryKernels.class, "SimdBinary", width),
                define(NibbleKernels.class, "SimdNibble", width),
                define(RotationKernels.class, "SimdRotation", width),
                define(BatchKernels.class, "SimdBatch", width));
    }

    /** The operator that counts bits, by its name because JDK 17 has none; null there. */
    static VectorOperators.Unary bitCount() {
        try {
            return (VectorOperators.Unary)
                    VectorOperators.class.getField("BIT_COUNT").get(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** The register width in bits of the kernels that ask with their own lookup. */
    static int width(MethodHandles.Lookup kernels) {
        try {
            return MethodHandles.classData(kernels, "_", Integer.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("class data of the SIMD kernels cannot be read: " + e, e);
        }
    }

    private static <K> K define(Class<K> kind, String name, int width) {
        try (InputStream code = SimdProvider.class.getResourceAsStream(name + ".class")) {
            return kind.cast(MethodHandles.lookup()
                    .defineHiddenClassWithClassData(code.readAllBytes(), width, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the SIMD kernels " + name + " cannot be loaded: " + e, e);
        }
    }
}
