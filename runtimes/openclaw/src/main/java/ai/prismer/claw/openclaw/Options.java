package ai.prismer.claw.openclaw;

import ai.prismer.claw.contract.Gateway;
import java.nio.file.Path;
import java.util.List;

/** The command line. In a pod nothing of it is used; the defaults are the contract's. */
record Options(
    String bind,
    int port,
    int healthPort,
    Path config,
    Path tokenFile,
    Path sessions,
    boolean help) {

  static final String USAGE =
      """
      The first-party agent gateway of k8s4claw.

        --bind ADDRESS      address to listen on (default 0.0.0.0)
        --port N            WebSocket port (default %d)
        --health-port N     port of /health, /ready and /metrics (default %d)
        --config FILE       configuration, JSON: model, systemPrompt (default %s)
        --token-file FILE   the token clients must present (default %s)
        --session-dir DIR   where conversations are kept (default %s)
        --help              this text

      Environment: OPENCLAW_MODEL (or MODEL), OPENCLAW_SYSTEM_PROMPT, ANTHROPIC_API_KEY,
      ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL. It wins over the file.
      """
          .formatted(
              Gateway.PORT,
              Gateway.HEALTH_PORT,
              Gateway.CONFIG_FILE,
              Gateway.TOKEN_FILE,
              Gateway.SESSION_DIR);

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Options parse(List<String> arguments) {
    String bind = "0.0.0.0";
    int port = Gateway.PORT;
    int healthPort = Gateway.HEALTH_PORT;
    String config = Gateway.CONFIG_FILE;
    String tokenFile = Gateway.TOKEN_FILE;
    String sessions = Gateway.SESSION_DIR;
    boolean help = false;
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--help" -> help = true;
        case "--bind" -> bind = value(arguments, ++i);
        case "--port" -> port = port(arguments, ++i);
        case "--health-port" -> healthPort = port(arguments, ++i);
        case "--config" -> config = value(arguments, ++i);
        case "--token-file" -> tokenFile = value(arguments, ++i);
        case "--session-dir" -> sessions = value(arguments, ++i);
        default -> throw new IllegalArgumentException("unknown flag " + arguments.get(i));
      }
    }
    return new Options(
        bind, port, healthPort, Path.of(config), Path.of(tokenFile), Path.of(sessions), help);
  }

  private static String value(List<String> arguments, int index) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
    }
    return arguments.get(index);
  }

  private static int port(List<String> arguments, int index) {
    String value = value(arguments, index);
    if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65_535) {
      return Integer.parseInt(value);
    }
    throw new IllegalArgumentException(
        arguments.get(index - 1) + " is " + value + "; it must be 0 to 65535");
  }
}
