// SPDX-License-Identifier: GPL-3.0-or-later
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Stands in for kafka-topics.sh, of which Maven Central has no jar: {@code --create --if-not-exists} and no more. */
final class Topics {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < arguments.length; i++) {
            boolean flag = List.of("--create", "--if-not-exists").contains(arguments[i]);
            given.put(arguments[i], flag ? "" : arguments[++i]);
        }
        NewTopic topic = new NewTopic(
                given.get("--topic"),
                Optional.of(Integer.valueOf(given.get("--partitions"))),
                Optional.ofNullable(given.get("--replication-factor")).map(Short::valueOf));
        if (given.containsKey("--config")) {
            String[] option = given.get("--config").split("=");
            topic.configs(Map.of(option[0], option[1]));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) given.get("--bootstrap-server")))) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
