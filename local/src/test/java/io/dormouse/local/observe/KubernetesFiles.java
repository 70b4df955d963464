// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.YamlParserUtils;

/** The objects of docs/kubernetes. */
final class KubernetesFiles {
    static final Path FOLDER = Tools.REPOSITORY.resolve("docs/kubernetes");

    private KubernetesFiles() {}

    /** All objects of a file. */
    static List<Map<?, ?>> objects(String file) throws Exception {
        List<Map<?, ?>> objects = new ArrayList<>();
        for (String document : Files.readString(FOLDER.resolve(file)).split("(?m)^---$")) {
            objects.add(YamlParserUtils.convertToObject(document, Map.class));
        }
        return objects;
    }

    /** The FlinkDeployment. */
    static Map<?, ?> deployment() throws Exception {
        return objects("flinkdeployment.yaml").get(0);
    }

    /** A part of an object, by the keys that lead there. */
    static Object at(Object object, Object... path) {
        Object found = object;
        for (Object key : path) {
            found = key instanceof Integer index ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(key);
        }
        return found;
    }

    /** The options of the deployment's Flink. */
    static Map<String, Object> flinkOptions() throws Exception {
        Map<String, Object> options = new TreeMap<>();
        ((Map<?, ?>) at(deployment(), "spec", "flinkConfiguration"))
                .forEach((key, value) -> options.put((String) key, value));
        return options;
    }
}
