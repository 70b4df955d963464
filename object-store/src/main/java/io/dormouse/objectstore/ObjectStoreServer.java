// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import java.io.IOException;
import org.gaul.s3proxy.Main;

/** What runs in the object store's process: S3Proxy, until the process that started it ends. */
final class ObjectStoreServer {
    private ObjectStoreServer() {}

    /** {@code arguments}: the file of S3Proxy's properties. */
    public static void main(String[] arguments) throws Exception {
        Thread watch = new Thread(ObjectStoreServer::endWithParent, "parent watch");
        watch.setDaemon(true);
        watch.start();
        Main.main(new String[] {"--properties", arguments[0]});
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
