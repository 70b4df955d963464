// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** What runs in a child process: another program's {@code main}, until the process that started it ends. */
final class ParentWatch {
    private ParentWatch() {}

    /** {@code arguments}: the class of the program, and what the program is given. */
    public static void main(String[] arguments) throws Throwable {
        Thread watch = new Thread(ParentWatch::endWithParent, "parent watch");
        watch.setDaemon(true);
        watch.start();
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Standard input is a pipe from the parent: it ends when the parent does, however that ends. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nobody writes
            }
        } catch (IOException e) {
            // as good as the end
        }
        Runtime.getRuntime().halt(0);
    }
}
