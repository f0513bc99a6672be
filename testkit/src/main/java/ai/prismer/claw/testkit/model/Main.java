package ai.prismer.claw.testkit.model;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Runs a {@link ScriptedModel} as a process, for agents that run in a pod. */
public final class Main {
  private static final String USAGE =
      """
      A model endpoint that always answers the same text.
      It speaks OpenAI's /v1/chat/completions and Anthropic's /v1/messages, streamed or not.

        --port N          port to listen on; 0 takes a free one (default 0)
        --bind ADDRESS    address to listen on (default 127.0.0.1)
        --text TEXT       the answer (default "Hello from the scripted model.")
        --delay MILLIS    pause before each word of the answer (default 0)
        --help            this text

      The first line on stdout is listening=URL; then one line for each request. Ends on SIGTERM.
      """;

  private Main() {}

  /** Exit codes: 0 after {@code --help}, 1 when the address cannot be bound, 2 for wrong flags. */
  public static void main(String[] arguments) throws InterruptedException {
    Flags flags;
    try {
      flags = Flags.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; --help lists the flags");
      System.exit(2);
      return;
    }
    if (flags.help()) {
      System.out.print(USAGE);
      return;
    }
    try (ScriptedModel model =
        ScriptedModel.start(
            new InetSocketAddress(flags.bind(), flags.port()),
            Reply.text(flags.text(), flags.delay()))) {
      model.observe(request -> report(System.out, request));
      System.out.println("listening=" + model.url());
      Thread.currentThread().join();
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void report(PrintStream out, Request request) {
    out.printf(
        "request path=%s model=%s stream=%s messages=%d%n",
        request.path(),
        request.model(),
        request.streaming(),
        request.body().path("messages").size());
  }

  /** The flags of the command line. */
  record Flags(int port, String bind, String text, Duration delay, boolean help) {
    static Flags parse(List<String> arguments) {
      int port = 0;
      String bind = "127.0.0.1";
      String text = "Hello from the scripted model.";
      Duration delay = Duration.ZERO;
      boolean help = false;
      for (int i = 0; i < arguments.size(); i++) {
        switch (arguments.get(i)) {
          case "--help" -> help = true;
          case "--port" -> port = number(arguments, ++i, 65_535);
          case "--bind" -> bind = value(arguments, ++i);
          case "--text" -> text = value(arguments, ++i);
          case "--delay" -> delay = Duration.ofMillis(number(arguments, ++i, Integer.MAX_VALUE));
          default -> throw new IllegalArgumentException("unknown flag " + arguments.get(i));
        }
      }
      return new Flags(port, bind, text, delay, help);
    }

    private static String value(List<String> arguments, int index) {
      if (index >= arguments.size()) {
        throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
      }
      return arguments.get(index);
    }

    private static int number(List<String> arguments, int index, int maximum) {
      String value = value(arguments, index);
      try {
        int number = Integer.parseInt(value);
        if (number >= 0 && number <= maximum) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, together with what is out of range.
      }
      throw new IllegalArgumentException(
          arguments.get(index - 1) + " is " + value + "; it must be 0 to " + maximum);
    }
  }
}
