// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of OpenAPI's schemas as custom resource definitions of Kubernetes use. */
final class OpenApiSchema {
    private OpenApiSchema() {}

    /** What of a value does not fit, each as a path and a reason. */
    static List<String> violations(String path, Object schema, Object value) {
        List<String> found = new ArrayList<>();
        check(path, (Map<?, ?>) schema, value, found);
        return found;
    }

    private static void check(String path, Map<?, ?> schema, Object value, List<String> found) {
        if (Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"))) {
            require(value instanceof Integer || value instanceof String, path, "is neither number nor text", found);
            return;
        }
        String type = (String) schema.get("type");
        boolean fits = switch (type == null ? "" : type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            default -> true;
        };
        require(fits, path, "is " + value + ", expected " + type, found);
        if (schema.get("enum") instanceof List<?> allowed) {
            require(allowed.contains(value), path, "is " + value + ", expected one of " + allowed, found);
        }
        if (value instanceof Map<?, ?> fields && fits) {
            fields(path, schema, fields, found);
        } else if (value instanceof List<?> items && fits) {
            for (int i = 0; i < items.size(); i++) {
                check(path + "[" + i + "]", (Map<?, ?>) schema.get("items"), items.get(i), found);
            }
        }
    }

    private static void fields(String path, Map<?, ?> schema, Map<?, ?> fields, List<String> found) {
        if (schema.get("required") instanceof List<?> required) {
            required.forEach(name -> require(fields.containsKey(name), path, "lacks " + name, found));
        }
        boolean open = Boolean.TRUE.equals(schema.get("x-kubernetes-preserve-unknown-fields"));
        fields.forEach((name, value) -> {
            Object known = schema.get("properties") instanceof Map<?, ?> properties ? properties.get(name) : null;
            Object inner = known == null ? schema.get("additionalProperties") : known;
            if (inner instanceof Map<?, ?> child) {
                check(path + "." + name, child, value, found);
            } else {
                require(open, path + "." + name, "is unknown", found);
            }
        });
    }

    private static void require(boolean holds, String path, String otherwise, List<String> found) {
        if (!holds) {
            found.add(path + " " + otherwise);
        }
    }
}
