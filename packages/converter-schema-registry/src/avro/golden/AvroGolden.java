// Prints what AvroData makes of schemas and values: the data of avro-golden.tsv. AvroData is Confluent's, in the copy that Apicurio publishes.
// Run by scripts/golden-converters.ts.
import io.apicurio.registry.utils.converter.avro.*;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.*;
import org.apache.avro.generic.*;
import org.apache.avro.io.*;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.json.JsonConverter;

public class AvroGolden {
  static AvroData data(boolean meta, boolean enhanced) {
    return new AvroData(new AvroDataConfig.Builder().with("connect.meta.data", meta).with("enhanced.avro.schema.support", enhanced).build());
  }

  static byte[] encode(org.apache.avro.Schema schema, Object value) throws Exception {
    Object bare = value.getClass().getSimpleName().equals("NonRecordContainer")
        ? value.getClass().getMethod("getValue").invoke(value) : value;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<Object>(schema).write(bare, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static String json(Schema schema, Object value) {
    JsonConverter c = new JsonConverter();
    c.configure(Map.of("schemas.enable", "true"), false);
    return new String(c.fromConnectData("t", schema, value), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** label, meta data, enhanced, the Connect data as a JSON envelope, Avro's schema, Avro's bytes, and the Connect data read back. */
  static void show(String label, Schema schema, Object value) {
    for (boolean meta : new boolean[] {true, false}) for (boolean enhanced : new boolean[] {true, false}) {
      String given = "", avroText, bytes, back;
      try {
        given = schema == null ? "" : json(schema, value);
        AvroData d = data(meta, enhanced);
        org.apache.avro.Schema avro = d.fromConnectSchema(schema);
        avroText = avro.toString();
        Object converted = d.fromConnectData(schema, value);
        byte[] encoded = encode(avro, converted);
        bytes = HexFormat.of().formatHex(encoded);
        Object decoded = new GenericDatumReader<Object>(new org.apache.avro.Schema.Parser().parse(avroText)).read(null, DecoderFactory.get().binaryDecoder(encoded, null));
        SchemaAndValue read = data(meta, enhanced).toConnectData(new org.apache.avro.Schema.Parser().parse(avroText), decoded);
        back = json(read.schema(), read.value());
      } catch (Exception e) {
        avroText = "ERR " + e.getMessage(); bytes = ""; back = "";
      }
      System.out.println(String.join("\t", label, "" + meta, "" + enhanced, given, avroText, bytes, back));
    }
  }

  /** An Avro schema that Connect did not make: label, settings, the schema, and Connect's schema of it. */
  static void read(String label, String avroText) {
    for (boolean meta : new boolean[] {true, false}) for (boolean enhanced : new boolean[] {true, false}) {
      String back;
      try {
        Schema schema = data(meta, enhanced).toConnectSchema(new org.apache.avro.Schema.Parser().parse(avroText));
        JsonConverter c = new JsonConverter();
        c.configure(Map.of("schemas.enable", "true"), false);
        back = c.asJsonSchema(schema).toString();
      } catch (Exception e) {
        back = "ERR " + e.getMessage();
      }
      System.out.println(String.join("\t", "read " + label, "" + meta, "" + enhanced, "", avroText, "", back));
    }
  }

  public static void main(String[] a) {
    Schema inner = SchemaBuilder.struct().name("com.acme.Inner").version(2).doc("d").parameter("p", "q").parameter("a", "b").optional().field("x", Schema.INT8_SCHEMA).build();
    Schema row = SchemaBuilder.struct().name("com.acme.Row").version(1).doc("a \"doc\"")
      .field("i8", Schema.INT8_SCHEMA).field("i16", Schema.OPTIONAL_INT16_SCHEMA).field("i32", SchemaBuilder.int32().defaultValue(7).optional().build()).field("i64", Schema.INT64_SCHEMA)
      .field("f32", Schema.FLOAT32_SCHEMA).field("f64", Schema.FLOAT64_SCHEMA).field("b", Schema.BOOLEAN_SCHEMA).field("s", Schema.STRING_SCHEMA).field("by", Schema.BYTES_SCHEMA)
      .field("dec", Decimal.builder(3).optional().build()).field("date", org.apache.kafka.connect.data.Date.SCHEMA).field("time", Time.SCHEMA).field("ts", Timestamp.builder().optional().doc("when").build())
      .field("arr", SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build()).field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).optional().build())
      .field("imap", SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.STRING_SCHEMA).build())
      .field("inner", inner).field("none", inner).field("sd", SchemaBuilder.string().defaultValue("dflt").build()).build();
    Struct v = new Struct(row).put("i8", (byte) -5).put("i16", null).put("i32", null).put("i64", 9007199254740993L).put("f32", 1.1f).put("f64", 0.1).put("b", true).put("s", "a\"\\/é€😀")
      .put("by", new byte[] {0, 1, (byte) 255}).put("dec", new BigDecimal("-12.340")).put("date", new java.util.Date(86400000L * 19000)).put("time", new java.util.Date(3723004L)).put("ts", new java.util.Date(1700000000123L))
      .put("arr", Arrays.asList(1, null, 3)).put("map", new TreeMap<>(Map.of("k", 1L))).put("imap", new TreeMap<>(Map.of(1, "a"))).put("inner", new Struct(inner).put("x", (byte) 1)).put("none", null);
    show("row", row, v);
    Schema[] primitives = {Schema.INT8_SCHEMA, Schema.INT16_SCHEMA, Schema.INT32_SCHEMA, Schema.INT64_SCHEMA, Schema.FLOAT32_SCHEMA, Schema.FLOAT64_SCHEMA, Schema.BOOLEAN_SCHEMA, Schema.STRING_SCHEMA, Schema.BYTES_SCHEMA};
    Object[] values = {(byte) 7, (short) -300, 70000, -5_000_000_000L, 2.5f, -4096.5, false, "text", new byte[] {1, 2}};
    for (int i = 0; i < primitives.length; i++) {
      Schema.Type type = primitives[i].type();
      show("plain " + type, primitives[i], values[i]);
      show("optional " + type, new SchemaBuilder(type).optional().build(), values[i]);
      show("named " + type, new SchemaBuilder(type).name("org.acme.Named").version(3).doc("of " + type).parameter("k", "v").build(), values[i]);
      if (type != Schema.Type.BYTES) show("default " + type, SchemaBuilder.struct().name("D").field("f", new SchemaBuilder(type).defaultValue(values[i]).build()).build(), new Struct(SchemaBuilder.struct().name("D").field("f", new SchemaBuilder(type).defaultValue(values[i]).build()).build()).put("f", values[i]));
      if (type != Schema.Type.BYTES) { Schema od = SchemaBuilder.struct().name("O").field("f", new SchemaBuilder(type).optional().defaultValue(values[i]).build()).build(); show("optional default " + type, od, new Struct(od)); }
      show("array of " + type, SchemaBuilder.array(primitives[i]).build(), List.of(values[i], values[i]));
      show("map of " + type, SchemaBuilder.map(Schema.STRING_SCHEMA, primitives[i]).name("M").build(), Map.of("k", values[i]));
    }
    for (double d : new double[] {0, -0.0, 1e100, 4.9e-324, Double.NaN, Double.POSITIVE_INFINITY}) show("double " + d, Schema.FLOAT64_SCHEMA, d);
    for (long n : new long[] {0, -1, 1, 63, 64, -64, -65, Integer.MAX_VALUE, Integer.MIN_VALUE, (1L << 34), (1L << 52), -(1L << 52), (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE}) show("long " + n, Schema.INT64_SCHEMA, n);
    for (double d : new double[] {1e-5, 12345678.9, 100, -0.25}) { Schema fd = SchemaBuilder.struct().name("FD").field("f", SchemaBuilder.float64().defaultValue(d).build()).field("g", SchemaBuilder.float32().defaultValue((float) d).build()).build(); show("default of " + d, fd, new Struct(fd).put("f", 1.5).put("g", 2.5f)); }
    for (String d : new String[] {"0", "1.50", "-0.01", "123456789012345678901234567890.12", "-1.28", "1.27"}) { BigDecimal b = new BigDecimal(d); show("decimal " + d, Decimal.schema(b.scale()), b); }
    show("decimal precision", Decimal.builder(2).parameter("connect.decimal.precision", "10").build(), new BigDecimal("1.25"));
    show("decimal negative scale", Decimal.builder(-2).build(), new BigDecimal("1E+2"));
    Schema dd = SchemaBuilder.struct().name("DD").field("d", Decimal.builder(2).defaultValue(new BigDecimal("1.25")).build()).field("t", Timestamp.builder().optional().defaultValue(new java.util.Date(5)).build()).field("day", org.apache.kafka.connect.data.Date.builder().defaultValue(new java.util.Date(86400000L * 3)).build()).build();
    show("logical defaults", dd, new Struct(dd).put("d", new BigDecimal("3.00")).put("t", null).put("day", new java.util.Date(0)));
    Schema noName = SchemaBuilder.struct().field("a", SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build()).build();
    show("struct without a name", SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build(), new Struct(SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build()).put("x", 1));
    Schema point = SchemaBuilder.struct().name("geo.Point").field("x", Schema.FLOAT64_SCHEMA).build();
    Schema optionalPoint = SchemaBuilder.struct().name("geo.Point").optional().field("x", Schema.FLOAT64_SCHEMA).build();
    Schema twice = SchemaBuilder.struct().name("geo.Line").field("from", point).field("to", point).build();
    show("a type twice", twice, new Struct(twice).put("from", new Struct(point).put("x", 1d)).put("to", new Struct(point).put("x", 2d)));
    Schema other = SchemaBuilder.struct().name("other.Line").field("from", point).field("to", optionalPoint).field("all", SchemaBuilder.array(point).build()).build();
    show("a type required and optional", other, new Struct(other).put("from", new Struct(point).put("x", 1d)).put("to", null).put("all", List.of(new Struct(point).put("x", 2d))));
    Schema list = SchemaBuilder.array(SchemaBuilder.array(Schema.STRING_SCHEMA).build()).optional().build();
    show("array of arrays", list, List.of(List.of("a"), List.of()));
    show("map of optional keys", SchemaBuilder.map(Schema.OPTIONAL_STRING_SCHEMA, Schema.OPTIONAL_INT32_SCHEMA).build(), Collections.singletonMap("k", null));
    show("named map", SchemaBuilder.map(Schema.INT64_SCHEMA, Schema.STRING_SCHEMA).name("org.acme.Ids").optional().build(), Map.of(5L, "five"));
    Schema documented = SchemaBuilder.struct().name("Doc").parameter("io.confluent.connect.avro.record.doc", "a record").parameter("io.confluent.connect.avro.field.doc.f", "a field").field("f", Schema.STRING_SCHEMA).build();
    show("documented", documented, new Struct(documented).put("f", "x"));
    Schema en = SchemaBuilder.string().name("org.acme.Color").parameter("io.confluent.connect.avro.Enum", "org.acme.Color").parameter("io.confluent.connect.avro.Enum.RED", "RED").parameter("io.confluent.connect.avro.Enum.BLUE", "BLUE").build();
    Schema ens = SchemaBuilder.struct().name("E").field("c", en).build();
    show("enum", ens, new Struct(ens).put("c", "BLUE"));
    Schema un = SchemaBuilder.struct().name("io.confluent.connect.avro.Union").field("int", Schema.OPTIONAL_INT32_SCHEMA).field("string", Schema.OPTIONAL_STRING_SCHEMA).build();
    Schema uns = SchemaBuilder.struct().name("U").field("u", un).build();
    show("union", uns, new Struct(uns).put("u", new Struct(un).put("string", "s")));
    Schema avroParam = SchemaBuilder.struct().name("P").field("f", SchemaBuilder.string().parameter("avro.java.string", "String").build()).build();
    show("avro property", avroParam, new Struct(avroParam).put("f", "x"));
    Object[] schemaless = {true, 5, 5L, 2.5, "text", List.of(1, "a"), Map.of("k", 1)};
    for (Object o : schemaless) show("schemaless " + o, null, o);
    read("native record", "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n.s\",\"doc\":\"rd\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":5,\"doc\":\"fd\"},{\"name\":\"b\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"c\",\"type\":[\"string\",\"null\"],\"default\":\"x\"}]}");
    read("native enum", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"namespace\":\"n\",\"doc\":\"ed\",\"symbols\":[\"A\",\"B\"],\"default\":\"A\"},\"default\":\"B\"}]}");
    read("native union", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"u\",\"type\":[\"null\",\"int\",\"string\",{\"type\":\"record\",\"name\":\"X\",\"namespace\":\"q\",\"fields\":[]}]}]}");
    read("logical", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"d\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}},{\"name\":\"t\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"m\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"u\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}}]}");
    read("map and arrays", "{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":[\"null\",\"long\"]}}");
    read("null", "\"null\"");
    read("string property", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"s\",\"type\":{\"type\":\"string\",\"avro.java.string\":\"String\"}}]}");
    read("defaults of all kinds", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"l\",\"type\":\"long\",\"default\":9007199254740993},{\"name\":\"f\",\"type\":\"float\",\"default\":1.5},{\"name\":\"b\",\"type\":\"boolean\",\"default\":true},{\"name\":\"y\",\"type\":\"bytes\",\"default\":\"\\u00ff\"},{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"int\"},\"default\":[1,2]},{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"int\"},\"default\":{\"k\":1}}]}");
  }
}
