// Prints what the JVM's SimpleHeaderConverter makes of texts and of values: the data of header-golden.tsv. Run by scripts/golden-converters.ts.
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

public class HeaderGolden {
  static final SimpleHeaderConverter HEADERS = new SimpleHeaderConverter();
  static final JsonConverter ENVELOPE = new JsonConverter();

  static String envelope(Schema schema, Object value) {
    byte[] bytes = ENVELOPE.fromConnectData("t", schema, value);
    return bytes == null ? "<null>" : new String(bytes, StandardCharsets.UTF_8);
  }

  static void line(String... cells) {
    System.out.println(String.join("\t", cells));
  }

  /** from, the bytes in hex, the data as a JSON envelope; UNREADABLE where its schema is none that a converter takes. */
  static void from(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SchemaAndValue data = HEADERS.toConnectHeader("t", "h", bytes);
    String out;
    try {
      out = envelope(data.schema(), data.value());
    } catch (Exception e) {
      out = "UNREADABLE";
    }
    line("from", HexFormat.of().formatHex(bytes), out);
  }

  /** to, the data as a JSON envelope, the bytes in hex or <null>. */
  static void to(Schema schema, Object value) {
    byte[] bytes = HEADERS.fromConnectHeader("t", "h", schema, value);
    line("to", envelope(schema, value), bytes == null ? "<null>" : HexFormat.of().formatHex(bytes));
  }

  public static void main(String[] args) {
    ENVELOPE.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
    HEADERS.configure(Map.of());
    texts();
    scalars();
    members();
  }

  static void texts() {
    String[] texts = {
      "", " ", "  ", "text", "Text with blanks", " text ", "null", " null", "null ", "nullable", "Null", "true", "false", "True", "FALSE", " true ", "true!", "trueish", "falsehood", "notes", "from",
      "0", "-0", "00", "007", "127", "128", "-128", "-129", "32767", "32768", "40000", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890",
      "+5", "+", "-", "- 5", "1.0", "1.00", "1.5", "-0.25", "0.1", "3.14", "3.14159265358979", "0.30000000000000004", "16777217.5", "1.10", "1e3", "1E3", "1e40", "3.5e38", "1e400", "1e-400", "1.5e-10", ".5", "-.5", "5.", "1.2.3", "0x10", "1_000", "12abc", "1 2", "NaN", "Infinity", "1f", "1L", "1,5",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "192.168.0.1", "10%", "2019-08", "127.0.0.1:8080",
      "2019-08-23", "2019-02-30", "2019-13-45", "0001-01-01", "9999-12-31", "1969-12-31", "2019-08-23 ", " 2019-08-23", "2019-08-23T14:34:54.346Z", "2019-08-23T14:34:54Z", "2019-08-23T14:34:54.346+02:00", "2019-08-23T25:00:00.000Z", "1960-01-01T00:00:00.001Z", "14:34:54.346Z", "00:00:00.000Z", "24:00:00.000Z", "14:34:54Z", "14:34", "2019-08-23 14:34", "14\\:34\\:54.346Z", "2019-08-23T14\\:34\\:54.346Z",
      "[1,2,3]", "[1, 300, 70000]", "[1,5000000000]", "[1.5,2]", "[1.5,1e300]", "[true,false]", "[\"a\",\"b\"]", "[a,b]", "[1,\"a\"]", "[]", "[ ]", "[1,null]", "[null]", "[\"a\",null]", "[1,]", "[,1]", "[1", "1]", "[[1],[2]]", "[[1],[\"a\"]]", "[{\"a\":1},{\"b\":2}]", "[\"2019-08-23\",\"2019-08-24\"]", "[2019-08-23]", "[2019-08-23T14:34:54.346Z]", "[14:34:54.346Z]", "[1] rest", "[1]rest", " [1]", "[true,1]", "[\"a\\\"b\"]", "[\"a,b\"]", "[\"a]b\"]", "[\"\"]", "[\"true\"]", "[\"5\"]",
      "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":300}", "{\"a\":\"x\"}", "{\"a\":[1,2]}", "{\"a\":{\"b\":1}}", "{1:2}", "{1:\"a\",2:\"b\"}", "{\"a\":1", "{\"a\"}", "{\"a\":}", "{a:1}", "{}", "{ }", "{\"a\":null}", "{\"a\":1,\"b\":null}", "{\"a\":1,\"b\":\"x\"}", "{\"a\":1}}", "{\"a\":true}", "{\"a\":1.5,\"b\":2}", "{\"a\":\"2019-08-23\"}", " {\"a\":1} ", "{\"a\" : 1 , \"b\" : 2}", "{\"a:b\":1}",
      "\"quoted\"", "\"5\"", "\"2019-08-23\"", "'single'", "\"open", "a\"b", "a:b", "a,b", "1,2", "1:2", "a\\:b", "a\\", "\\", "\\n", "line\nbreak", "tab\tbed", "http://host:80/path?x=1", "user@example.org", "application/json; charset=utf-8", "a=b&c=d", "Zoë", "日本", "😀", "\u0000", "\ufeff1", "key: value", "<a/>", "$1", "#", ";", "()", "}", "]", ":", ",",
    };
    for (String text : texts) from(text);
  }

  static void scalars() {
    Object[][] values = {
      {Schema.INT8_SCHEMA, (byte) 7, (byte) -128}, {Schema.INT16_SCHEMA, (short) -300}, {Schema.INT32_SCHEMA, 0, 70000, Integer.MIN_VALUE}, {Schema.INT64_SCHEMA, 5L, Long.MAX_VALUE, 9007199254740993L},
      {Schema.FLOAT32_SCHEMA, 0f, -0f, 1f, 1.1f, 1e10f, Float.NaN, Float.POSITIVE_INFINITY, 3.4028235e38f}, {Schema.FLOAT64_SCHEMA, 0d, -0d, 1d, 0.1, 1e-5, 1e21, Double.NaN, Double.NEGATIVE_INFINITY, 4.9e-324},
      {Schema.BOOLEAN_SCHEMA, true, false}, {Schema.STRING_SCHEMA, "", "x", "a\"b\\c", "5", "null", "[1]"}, {Schema.BYTES_SCHEMA, new byte[] {}, new byte[] {0, 1, (byte) 255}},
      {Decimal.schema(2), new BigDecimal("1.50"), new BigDecimal("-0.01")}, {Decimal.schema(0), new BigDecimal("123456789012345678901234567890")}, {Decimal.schema(9), new BigDecimal("0.000000001")},
      {org.apache.kafka.connect.data.Date.SCHEMA, new java.util.Date(0), new java.util.Date(86_400_000L * 18131)}, {Time.SCHEMA, new java.util.Date(0), new java.util.Date(52_494_346L)},
      {Timestamp.SCHEMA, new java.util.Date(0), new java.util.Date(1_566_570_894_346L), new java.util.Date(86_400_000L), new java.util.Date(-1)},
    };
    for (Object[] row : values) {
      Schema schema = (Schema) row[0];
      for (int i = 1; i < row.length; i++) {
        to(schema, row[i]);
        to(SchemaBuilder.array(schema).build(), List.of(row[i], row[i]));
        to(SchemaBuilder.map(Schema.STRING_SCHEMA, schema).build(), Map.of("k", row[i]));
        to(SchemaBuilder.struct().field("f", schema).build(), new Struct(SchemaBuilder.struct().field("f", schema).build()).put("f", row[i]));
      }
    }
    to(Schema.OPTIONAL_STRING_SCHEMA, null);
    to(Schema.OPTIONAL_INT32_SCHEMA, null);
  }

  static void members() {
    Schema inner = SchemaBuilder.struct().optional().field("x", Schema.OPTIONAL_INT8_SCHEMA).field("a\"b", SchemaBuilder.int32().optional().defaultValue(5).build()).build();
    Schema outer = SchemaBuilder.struct().field("inner", inner).field("list", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build()).field("map", SchemaBuilder.map(Schema.INT32_SCHEMA, inner).build()).build();
    Struct x = new Struct(inner).put("x", (byte) 1).put("a\"b", null);
    to(inner, x);
    to(outer, new Struct(outer).put("inner", x).put("list", Arrays.asList("a", null, "q\"")).put("map", Map.of(1, x)));
    to(outer, new Struct(outer).put("inner", null).put("list", List.of()).put("map", Map.of()));
    to(SchemaBuilder.array(SchemaBuilder.array(Schema.INT32_SCHEMA).build()).build(), List.of(List.of(1, 2), List.of()));
    to(SchemaBuilder.map(Schema.BOOLEAN_SCHEMA, Schema.STRING_SCHEMA).build(), Map.of(true, "t"));
  }
}
