import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * Runs each case, a line of JSON, through the JVM's own transforms and writes what comes out as a line of JSON.
 * Run by scripts/golden-transforms.ts.
 */
public class TransformsGolden {
  static final ObjectMapper json = new ObjectMapper();
  static final JsonConverter converter = new JsonConverter();

  public static void main(String[] args) throws Exception {
    converter.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
    PrintStream out = new PrintStream(args[1], StandardCharsets.UTF_8);
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      JsonNode one = json.readTree(line);
      ObjectNode result = json.createObjectNode();
      result.put("id", one.get("id").asText());
      run(one, result);
      out.println(json.writeValueAsString(result));
    }
    out.close();
  }

  static void run(JsonNode one, ObjectNode result) {
    String stage = "config";
    try {
      List<Step> steps = new ArrayList<>();
      for (JsonNode step : one.get("chain")) steps.add(new Step(step));
      stage = "read";
      ConnectRecord record = record(one.get("record"));
      stage = "apply";
      for (Step step : steps) if (record != null) record = step.apply(record);
      stage = "write";
      if (record == null) result.put("dropped", true);
      else result.set("record", shown(record, one.has("javaOrder")));
    } catch (Exception error) {
      result.put("error", stage).put("message", error.getClass().getSimpleName() + ": " + ("" + error.getMessage()).replaceAll("@[0-9a-f]+$", ""));
    }
  }

  static class Step {
    final Transformation transformation;
    final Predicate predicate;
    final boolean negate;

    Step(JsonNode step) throws Exception {
      transformation = (Transformation) Class.forName(step.get("type").asText()).getDeclaredConstructor().newInstance();
      transformation.configure(map(step.get("settings")));
      JsonNode when = step.get("predicate");
      predicate = when == null ? null : (Predicate) Class.forName(when.get("type").asText()).getDeclaredConstructor().newInstance();
      if (predicate != null) predicate.configure(map(when.get("settings")));
      negate = when != null && when.get("negate").asBoolean();
    }

    ConnectRecord apply(ConnectRecord record) {
      return predicate == null || predicate.test(record) != negate ? (ConnectRecord) transformation.apply(record) : record;
    }
  }

  static Map<String, String> map(JsonNode node) {
    Map<String, String> map = new HashMap<>();
    node.fields().forEachRemaining(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  static ConnectRecord record(JsonNode node) {
    SchemaAndValue key = read(node.get("key"));
    SchemaAndValue value = read(node.get("value"));
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : node.get("headers")) headers.add(header.get(0).asText(), read(header.get(1)));
    Integer partition = node.get("partition").isNull() ? null : node.get("partition").asInt();
    Long timestamp = node.get("timestamp").isNull() ? null : node.get("timestamp").asLong();
    String topic = node.get("topic").asText();
    return node.get("kind").asText().equals("source")
      ? new SourceRecord(Map.of("p", 1), Map.of("o", 1), topic, partition, key.schema(), key.value(), value.schema(), value.value(), timestamp, headers)
      : new SinkRecord(topic, partition, key.schema(), key.value(), value.schema(), value.value(), 42L, timestamp, TimestampType.CREATE_TIME, headers);
  }

  static SchemaAndValue read(JsonNode text) {
    return text.isNull() ? SchemaAndValue.NULL : converter.toConnectData("t", text.asText().getBytes(StandardCharsets.UTF_8));
  }

  static ObjectNode shown(ConnectRecord record, boolean javaOrder) {
    ObjectNode node = json.createObjectNode();
    node.put("topic", record.topic());
    node.put("partition", record.kafkaPartition());
    node.put("timestamp", record.timestamp());
    node.put("key", write(record.keySchema(), record.key(), javaOrder));
    node.put("value", write(record.valueSchema(), record.value(), javaOrder));
    ArrayNode headers = node.putArray("headers");
    for (Object each : record.headers()) {
      Header header = (Header) each;
      headers.addArray().add(header.key()).add(write(header.schema(), header.value(), javaOrder));
    }
    return node;
  }

  static String write(Schema schema, Object value, boolean javaOrder) {
    byte[] bytes = converter.fromConnectData("t", schema, javaOrder ? value : sorted(value));
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Maps in the order of their keys: that of a HashMap says nothing of the transform. */
  static Object sorted(Object value) {
    if (value instanceof List) {
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) value) list.add(sorted(item));
      return list;
    }
    if (value instanceof Map && ((Map<?, ?>) value).keySet().stream().allMatch(key -> key instanceof String)) {
      Map<Object, Object> map = new TreeMap<>();
      ((Map<?, ?>) value).forEach((key, item) -> map.put(key, sorted(item)));
      return map;
    }
    if (value instanceof Struct && hasMap(((Struct) value).schema())) {
      Struct before = (Struct) value;
      Struct after = new Struct(before.schema());
      for (Field field : before.schema().fields()) after.put(field, sorted(before.getWithoutDefault(field.name())));
      return after;
    }
    return value;
  }

  static boolean hasMap(Schema schema) {
    switch (schema.type()) {
      case MAP:
        return true;
      case ARRAY:
        return hasMap(schema.valueSchema());
      case STRUCT:
        return schema.fields().stream().anyMatch(field -> hasMap(field.schema()));
      default:
        return false;
    }
  }
}
