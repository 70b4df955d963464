// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.VectorKernels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.VectorShape;

/**
 * Makes SIMD kernels of a register width. The compiler only turns vector code into vector instructions when the width is
 * a constant to it, so each width gets a class of its own: the one in {@link SimdKernels}, defined again as a hidden class
 * that carries its width as class data.
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
        try (InputStream code = SimdProvider.class.getResourceAsStream("SimdKernels.class")) {
            return (VectorKernels) MethodHandles.lookup()
                    .defineHiddenClassWithClassData(code.readAllBytes(), bits == 0 ? widest : bits, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the SIMD kernels cannot be loaded: " + e, e);
        }
    }
}
