// Prints what the JVM's converters of numbers, booleans and JSON make of values and of bytes: the data of converter-golden.tsv.
// Run by scripts/golden-converters.ts.
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.connect.converters.*;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

public class ConverterGolden {
  static final JsonConverter ENVELOPE = json(Map.of("schemas.enable", "true", "replace.null.with.default", "false"));

  static JsonConverter json(Map<String, String> settings) {
    JsonConverter c = new JsonConverter();
    c.configure(settings, false);
    return c;
  }

  static String envelope(Schema schema, Object value) {
    return new String(ENVELOPE.fromConnectData("t", schema, value), StandardCharsets.UTF_8);
  }

  static void line(String... cells) {
    System.out.println(String.join("\t", cells));
  }

  /** to, the converter, its settings, the data as a JSON envelope (nothing: without a schema), the bytes in hex, <null> or ERR. */
  static void to(Converter c, String settings, Schema schema, Object value) {
    String out;
    try {
      byte[] bytes = c.fromConnectData("t", schema, value);
      out = bytes == null ? "<null>" : HexFormat.of().formatHex(bytes);
    } catch (Exception e) {
      out = "ERR";
    }
    line("to", c.getClass().getName(), settings, schema == null ? "" : envelope(schema, value), out);
  }

  /** from, the converter, its settings, the bytes in hex or <null>, the data as a JSON envelope or ERR. */
  static void from(Converter c, String settings, byte[] bytes) {
    String out;
    try {
      SchemaAndValue data = c.toConnectData("t", bytes);
      out = envelope(data.schema() == null && data.value() != null ? null : data.schema(), data.value());
    } catch (NullPointerException e) {
      out = "<null>";
    } catch (Exception e) {
      out = "ERR";
    }
    line("from", c.getClass().getName(), settings, bytes == null ? "<null>" : HexFormat.of().formatHex(bytes), out);
  }

  public static void main(String[] a) {
    List<Converter> plain = List.of(new IntegerConverter(), new LongConverter(), new ShortConverter(), new FloatConverter(), new DoubleConverter(), new BooleanConverter());
    Schema[] schemas = {Schema.INT8_SCHEMA, Schema.INT16_SCHEMA, Schema.INT32_SCHEMA, Schema.INT64_SCHEMA, Schema.FLOAT32_SCHEMA, Schema.FLOAT64_SCHEMA, Schema.BOOLEAN_SCHEMA, Schema.STRING_SCHEMA, Schema.BYTES_SCHEMA};
    Object[][] values = {
      {(byte) 7}, {(short) -300, Short.MAX_VALUE}, {0, 70000, -1, Integer.MIN_VALUE}, {0L, -5_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, 9007199254740993L},
      {0f, -0f, 1.1f, Float.NaN, Float.POSITIVE_INFINITY, 3.4028235e38f}, {0d, -0.0, 0.1, Double.NaN, Double.NEGATIVE_INFINITY, 4.9e-324}, {true, false}, {"7"}, {new byte[] {1}}};
    for (Converter c : plain) {
      c.configure(Map.of("converter.type", "value"), false);
      for (int i = 0; i < schemas.length; i++) for (Object v : values[i]) to(c, "{}", schemas[i], v);
      to(c, "{}", org.apache.kafka.connect.data.Date.SCHEMA, new java.util.Date(0));
      to(c, "{}", Timestamp.SCHEMA, new java.util.Date(0));
      for (Schema s : schemas) to(c, "{}", new SchemaBuilder(s.type()).optional().build(), null);
      from(c, "{}", null);
      for (String hex : new String[] {"", "00", "01", "02", "ff", "0000", "7fff", "8000", "000000", "00000000", "00011170", "ffffffff", "7fc00000", "3f8ccccd", "0000000000000000", "7fffffffffffffff", "ffffffffffffffff", "3fb999999999999a", "7ff8000000000000", "000000000000000000"}) from(c, "{}", HexFormat.of().parseHex(hex));
    }
    jsonCases();
  }

  static void jsonCases() {
    Schema inner = SchemaBuilder.struct().optional().field("d", SchemaBuilder.int32().optional().defaultValue(5).build()).build();
    Schema row = SchemaBuilder.struct().name("R").field("o", SchemaBuilder.string().optional().defaultValue("x").build()).field("i", inner)
      .field("l", SchemaBuilder.array(SchemaBuilder.int64().optional().defaultValue(9L).build()).build()).field("dec", Decimal.builder(2).optional().build()).build();
    List<Struct> rows = List.of(
      new Struct(row).put("o", null).put("i", new Struct(inner).put("d", null)).put("l", Arrays.asList(1L, null)).put("dec", null),
      new Struct(row).put("o", "y").put("i", null).put("l", List.of()).put("dec", new java.math.BigDecimal("-1.50")));
    for (String schemas : new String[] {"true", "false"}) for (String replace : new String[] {"true", "false"}) for (String decimals : new String[] {"BASE64", "NUMERIC"}) {
      Map<String, String> settings = new TreeMap<>(Map.of("schemas.enable", schemas, "replace.null.with.default", replace, "decimal.format", decimals));
      JsonConverter c = json(settings);
      for (Struct r : rows) to(c, text(settings), row, r);
      to(c, text(settings), SchemaBuilder.int32().defaultValue(7).optional().build(), null);
      to(c, text(settings), Schema.OPTIONAL_STRING_SCHEMA, null);
      for (Struct r : rows) from(c, text(settings), ENVELOPE.fromConnectData("t", row, r));
      for (String text : new String[] {"null", "{}", "1", "{\"schema\":{\"type\":\"int32\",\"optional\":true,\"default\":3},\"payload\":null}", "{\"schema\":null,\"payload\":null}", "{\"schema\":{\"type\":\"string\"},\"payload\":null}", "{\"schema\":{\"type\":\"int32\"},\"payload\":1,\"more\":2}", "{"}) from(c, text(settings), text.getBytes(StandardCharsets.UTF_8));
    }
    String content = "{\"type\":\"struct\",\"optional\":false,\"fields\":[{\"field\":\"a\",\"type\":\"int32\"},{\"field\":\"b\",\"type\":\"string\",\"optional\":true,\"default\":\"z\"}]}";
    for (String schemas : new String[] {"true", "false"}) for (String replace : new String[] {"true", "false"}) {
      Map<String, String> settings = new TreeMap<>(Map.of("schemas.enable", schemas, "replace.null.with.default", replace, "schema.content", content));
      JsonConverter c = json(settings);
      from(c, text(settings), null);
      for (String text : new String[] {"{\"a\":1,\"b\":\"x\"}", "{\"a\":1}", "{\"a\":1,\"b\":null}", "{\"b\":\"x\"}", "{\"a\":\"1\"}", "null", "[]", "{\"schema\":{\"type\":\"int32\"},\"payload\":1}"}) from(c, text(settings), text.getBytes(StandardCharsets.UTF_8));
      to(c, text(settings), Schema.INT32_SCHEMA, 5);
    }
  }

  static String text(Map<String, String> settings) {
    StringBuilder out = new StringBuilder("{");
    settings.forEach((k, v) -> out.append(out.length() > 1 ? "," : "").append('"').append(k).append("\":\"").append(v.replace("\"", "\\\"")).append('"'));
    return out + "}";
  }
}
