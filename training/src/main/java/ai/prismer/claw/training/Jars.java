package ai.prismer.claw.training;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The jars of an image.
 *
 * @param files in the order of their names
 */
public record Jars(List<Path> files) {
  private static final int NAME_DIGITS = 16;

  /** As given, and then unchangeable. */
  public Jars {
    files = List.copyOf(files);
  }

  /**
   * The jars that lie in {@code folder}.
   *
   * @throws IOException if it cannot be read or holds none
   */
  public static Jars in(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      jars.forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new IOException(folder + " holds no jar");
    }
    Collections.sort(found);
    return new Jars(found);
  }

  /**
   * The class path. Its order is fixed, unlike that of {@code folder/*}, which the launcher takes
   * from the file system: a cache is good for one order only.
   */
  public String classPath() {
    return files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * What the cache of these jars is called: 16 hexadecimal digits of the SHA-256 over the name and
   * the SHA-256 of each.
   *
   * @throws IOException if a jar cannot be read
   */
  public String hash() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path jar : files) {
      all.append(digest(Files.readAllBytes(jar)))
          .append("  ")
          .append(jar.getFileName())
          .append('\n');
    }
    return digest(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, NAME_DIGITS);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
