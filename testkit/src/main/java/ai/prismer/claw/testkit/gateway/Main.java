package ai.prismer.claw.testkit.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks an agent one question and prints the answer as it comes. */
public final class Main {
  private static final String USAGE =
      """
      Asks an agent one question and prints the answer as it comes.

        --url URL           WebSocket of the gateway, for instance ws://127.0.0.1:18900 (required)
        --token-file FILE   file with the gateway's token (required)
        --message TEXT      the question (required)
        --session KEY       conversation it belongs to (default agent:main:main)
        --timeout SECONDS   longest wait for the next sign of the gateway (default 60)
        --help              this text
      """;

  private Main() {}

  /** Exit codes: 0 answered, 1 not answered, 2 wrong flags. */
  public static void main(String[] arguments) {
    Flags flags;
    try {
      flags = Flags.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; --help lists the flags");
      System.exit(2);
      return;
    }
    if (flags == null) {
      System.out.print(USAGE);
      return;
    }
    try {
      String token = Files.readString(Path.of(flags.tokenFile())).strip();
      try (GatewayClient client = GatewayClient.connect(flags.url(), token, flags.timeout())) {
        client.ask(
            flags.session(),
            flags.message(),
            piece -> {
              System.out.print(piece);
              System.out.flush();
            });
        System.out.println();
      }
    } catch (IOException e) {
      System.err.println("cannot read " + flags.tokenFile() + ": " + e.getMessage());
      System.exit(1);
    } catch (GatewayException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** The flags of the command line. */
  record Flags(URI url, String tokenFile, String message, String session, Duration timeout) {
    /** The flags; null when help was asked for. */
    static @Nullable Flags parse(List<String> arguments) {
      String url = "";
      String tokenFile = "";
      String message = "";
      String session = "agent:main:main";
      int timeout = 60;
      for (int i = 0; i < arguments.size(); i++) {
        switch (arguments.get(i)) {
          case "--help" -> {
            return null;
          }
          case "--url" -> url = value(arguments, ++i);
          case "--token-file" -> tokenFile = value(arguments, ++i);
          case "--message" -> message = value(arguments, ++i);
          case "--session" -> session = value(arguments, ++i);
          case "--timeout" -> timeout = seconds(value(arguments, ++i));
          default -> throw new IllegalArgumentException("unknown flag " + arguments.get(i));
        }
      }
      if (url.isEmpty() || tokenFile.isEmpty() || message.isEmpty()) {
        throw new IllegalArgumentException("--url, --token-file and --message are required");
      }
      return new Flags(URI.create(url), tokenFile, message, session, Duration.ofSeconds(timeout));
    }

    private static String value(List<String> arguments, int index) {
      if (index >= arguments.size()) {
        throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
      }
      return arguments.get(index);
    }

    private static int seconds(String value) {
      if (value.matches("[1-9]\\d{0,4}")) {
        return Integer.parseInt(value);
      }
      throw new IllegalArgumentException("--timeout is " + value + "; it must be 1 to 99999");
    }
  }
}
