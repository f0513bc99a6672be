package ai.prismer.claw.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a Java image keeps its program, and how that is started. {@code java.args} holds the flags
 * as written beside the Containerfile; {@code aot/args} is made by the training and holds the class
 * path and the cache. An image's entry point names both files and the main class.
 *
 * @param root the folder that is {@code /} for the program
 */
public record Image(Path root) {
  /** Flags of the virtual machine, as the program sees the file. */
  public static final String FLAGS = "/app/java.args";

  /** Class path and cache, as the program sees the file. */
  public static final String MADE = "/app/aot/args";

  private static final String JAVA = "/opt/java/bin/java";
  private static final String CACHE = "-XX:AOTCache=";
  private static final String CLASS_PATH = "-cp ";

  /** The image whose files are those of this machine. */
  public static Image here() {
    return new Image(Path.of("/"));
  }

  /** A file of the image, as this program sees it. */
  public Path file(String inside) {
    return root.resolve(inside.substring(1));
  }

  /** The jars, as the program sees them. */
  public Jars jars() throws IOException {
    return Jars.in(file("/app/lib"));
  }

  /** The class path, as the program sees it. */
  String classPath() throws IOException {
    return new Jars(
            jars().files().stream().map(jar -> Path.of("/").resolve(root.relativize(jar))).toList())
        .classPath();
  }

  /** Where the cache of the jars belongs, as the program sees it. */
  String cache() throws IOException {
    return "/app/aot/" + jars().hash() + ".aot";
  }

  /** A start of the program by {@code how}, with the image's flags. */
  List<String> start(List<String> how, String main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(JAVA, "@" + FLAGS));
    command.addAll(how);
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }

  /** A start as the entry point has it. */
  public List<String> withCache(String main) {
    return start(List.of("@" + MADE), main);
  }

  /** The same without the cache. */
  public List<String> withoutCache(String main) throws IOException {
    return start(List.of("-cp", classPath()), main);
  }

  /** Writes {@link #MADE}. */
  void name(String cache) throws IOException {
    Files.writeString(file(MADE), CACHE + cache + "\n" + CLASS_PATH + classPath() + "\n");
  }

  /**
   * Compares what the image is started with and what it holds. JDK 25 up to 25.0.3 does not look
   * whether a jar is the one that the cache was made of, and runs the old classes (JDK-8377932).
   *
   * @return what is wrong, or nothing
   * @throws IOException if a file is missing
   */
  public List<String> faults() throws IOException {
    List<String> made = Files.readAllLines(file(MADE));
    List<String> faults = new ArrayList<>();
    if (!made.contains(CACHE + cache())) {
      faults.add("the jars are those of " + cache() + ", but " + MADE + " says " + made);
    } else if (!Files.isRegularFile(file(cache()))) {
      faults.add("there is no " + cache());
    }
    if (!made.contains(CLASS_PATH + classPath())) {
      faults.add("the class path is " + classPath() + ", but " + MADE + " says " + made);
    }
    return faults;
  }
}
