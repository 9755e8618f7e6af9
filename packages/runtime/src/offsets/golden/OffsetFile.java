import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/** Reads and writes offset files as Kafka Connect's FileOffsetBackingStore does: `write FILE key value ...`, `read FILE`. */
public class OffsetFile {
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[1]);
    if (args[0].equals("write")) {
      Map<byte[], byte[]> raw = new HashMap<>();
      for (int i = 2; i + 1 < args.length; i += 2) raw.put(bytes(args[i]), bytes(args[i + 1]));
      try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
        out.writeObject(raw);
      }
      return;
    }
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      SortedSet<String> lines = new TreeSet<>();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) in.readObject()).entrySet()) {
        byte[] value = (byte[]) entry.getValue();
        lines.add(new String((byte[]) entry.getKey(), StandardCharsets.UTF_8) + " = " + (value == null ? "null" : new String(value, StandardCharsets.UTF_8)));
      }
      for (String line : lines) System.out.println(line);
    }
  }

  private static byte[] bytes(String text) {
    return text.equals("null") ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
