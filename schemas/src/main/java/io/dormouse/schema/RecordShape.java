// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What the JSON form needs to know of one record schema, looked up once. */
final class RecordShape {
    private final Schema schema;
    private final SpecificData model;
    private final Class<?> type;
    private final List<Schema.Field> fields;
    private final List<BytesForm> forms = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();

    private RecordShape(Schema schema, SpecificData model) {
        this.schema = schema;
        this.model = model;
        this.type = model.getClass(schema);
        this.fields = schema.getFields();
        for (Schema.Field field : fields) {
            forms.add(BytesForm.of(field));
            positions.put(field.name(), field.pos());
        }
    }

    /** The shapes of a record schema and of all records within it. */
    static Map<Schema, RecordShape> allOf(Schema schema, SpecificData model) {
        Map<Schema, RecordShape> shapes = new IdentityHashMap<>();
        collect(schema, model, shapes);
        return shapes;
    }

    private static void collect(Schema schema, SpecificData model, Map<Schema, RecordShape> shapes) {
        switch (schema.getType()) {
            case RECORD -> {
                if (shapes.putIfAbsent(schema, new RecordShape(schema, model)) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), model, shapes));
                }
            }
            case ARRAY -> collect(schema.getElementType(), model, shapes);
            case MAP -> collect(schema.getValueType(), model, shapes);
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, model, shapes));
            default -> {}
        }
    }

    String name() {
        return schema.getName();
    }

    List<Schema.Field> fields() {
        return fields;
    }

    BytesForm form(int position) {
        return forms.get(position);
    }

    @Nullable
    Integer position(String field) {
        return positions.get(field);
    }

    List<String> names() {
        return fields.stream().map(Schema.Field::name).toList();
    }

    SpecificRecord create() {
        return (SpecificRecord) SpecificData.newInstance(type, schema);
    }

    /** A default of the caller's own: maps and lists are mutable. */
    @Nullable
    Object defaultOf(Schema.Field field) {
        return model.deepCopy(field.schema(), model.getDefaultValue(field));
    }
}
