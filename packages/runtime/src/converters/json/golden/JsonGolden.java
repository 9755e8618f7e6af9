// Prints what the JVM's converter of JSON makes of values with schemas: the data of json-converter.tsv. Run by scripts/golden-converters.ts.
import java.math.*; import java.util.*; import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.*; import org.apache.kafka.connect.json.*;
public class JsonGolden {
  static JsonConverter make(boolean schemas, String dec) { JsonConverter c = new JsonConverter(); c.configure(Map.of("schemas.enable", ""+schemas, "decimal.format", dec), false); return c; }
  static void show(String label, Schema s, Object v) {
    for (boolean e : new boolean[]{true,false}) for (String d : new String[]{"BASE64","NUMERIC"}) {
      String out; try { byte[] b = make(e,d).fromConnectData("t", s, v); out = b==null? "<null>" : new String(b, StandardCharsets.UTF_8); } catch (Exception x) { out = "ERR " + x.getMessage(); }
      System.out.println(label + "\t" + (e?"envelope":"plain") + "\t" + d + "\t" + out);
    }
  }
  public static void main(String[] a) {
    Schema inner = SchemaBuilder.struct().name("Inner").version(2).doc("d").parameter("p","q").parameter("a","b").optional().field("x", Schema.INT8_SCHEMA).build();
    Schema s = SchemaBuilder.struct().name("com.acme.Row").version(1).doc("a \"doc\"")
      .field("i8", Schema.INT8_SCHEMA).field("i16", Schema.OPTIONAL_INT16_SCHEMA).field("i32", SchemaBuilder.int32().defaultValue(7).optional().build()).field("i64", Schema.INT64_SCHEMA)
      .field("f32", Schema.FLOAT32_SCHEMA).field("f64", Schema.FLOAT64_SCHEMA).field("b", Schema.BOOLEAN_SCHEMA).field("s", Schema.STRING_SCHEMA).field("by", Schema.BYTES_SCHEMA)
      .field("dec", Decimal.builder(3).optional().build()).field("date", org.apache.kafka.connect.data.Date.SCHEMA).field("time", Time.SCHEMA).field("ts", Timestamp.builder().optional().doc("when").build())
      .field("arr", SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build()).field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).optional().build()).field("imap", SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.STRING_SCHEMA).build())
      .field("inner", inner).field("none", inner).field("sd", SchemaBuilder.string().defaultValue("dflt").build()).build();
    Struct v = new Struct(s).put("i8",(byte)-5).put("i16",null).put("i32",null).put("i64",9007199254740993L).put("f32",1.1f).put("f64",0.1).put("b",true).put("s","a\"\\/\b\f\n\r\t\u0000\u001f\u000b\u007fé€😀\u2028")
      .put("by", new byte[]{0,1,(byte)255}).put("dec", new BigDecimal("-12.340")).put("date", new java.util.Date(86400000L*19000)).put("time", new java.util.Date(3723004L)).put("ts", new java.util.Date(1700000000123L))
      .put("arr", Arrays.asList(1,null,3)).put("map", new TreeMap<>(Map.of("k",1L,"l\"",2L))).put("imap", new TreeMap<>(Map.of(1,"a",2,"b"))).put("inner", new Struct(inner).put("x",(byte)1)).put("none", null);
    show("row", s, v);
    for (double d : new double[]{0,-0.0,1,-1.5,100,9999999,10000000,12345678.9,0.001,0.00099,1e21,1.5e300,4.9e-324,1e-5,123456789012345680d,Double.NaN,Double.POSITIVE_INFINITY,Double.NEGATIVE_INFINITY, 0.3, 2.5E-3}) show("f64:"+d, Schema.FLOAT64_SCHEMA, d);
    for (float d : new float[]{0f,-0f,1f,0.1f,3.4028235e38f,1.4e-45f,16777216f,1.0e7f,0.001f,3.3333333f, Float.NaN}) show("f32:"+d, Schema.FLOAT32_SCHEMA, d);
    for (String d : new String[]{"0","0.000","1.50","-0.0000001","0.0000001","123456789012345678901234567890.123456789","-128","127","128","-129","0.000000","0.0000000","1.0000000000"}) { BigDecimal b = new BigDecimal(d); show("dec:"+b.toPlainString(), Decimal.schema(b.scale()), b); }
    show("optnull", Schema.OPTIONAL_STRING_SCHEMA, null); show("reqnull", Schema.STRING_SCHEMA, null); show("defnull", SchemaBuilder.int32().defaultValue(7).build(), null);
    show("schemaless-null", null, null); show("schemaless-str", null, "x"); show("schemaless-int", null, 5L); show("schemaless-dbl", null, 1.0d);
    Map<String,Object> m = new LinkedHashMap<>(); m.put("a", 1); m.put("b", null); m.put("c", List.of(true, 2.5, "z")); m.put("d", new byte[]{1}); show("schemaless-map", null, m);
    show("emptystruct", SchemaBuilder.struct().build(), new Struct(SchemaBuilder.struct().build()));
    show("optkeymap", SchemaBuilder.map(Schema.OPTIONAL_STRING_SCHEMA, Schema.INT32_SCHEMA).build(), Map.of("k",1));
    show("named-decimal-default", Decimal.builder(2).defaultValue(new BigDecimal("1.25")).build(), new BigDecimal("3.00"));
    show("arrdef", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().defaultValue(List.of("q")).build(), List.of("a"));
  }
}
