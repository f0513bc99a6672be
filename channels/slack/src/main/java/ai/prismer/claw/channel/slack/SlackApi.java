package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.VendorException;
import ai.prismer.claw.channel.vendor.VendorException.Kind;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import com.slack.api.util.http.SlackHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Slack's methods, with their failures told apart by what another attempt could do. */
final class SlackApi implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int TOO_MANY = 429;
  private static final Duration UNSAID = Duration.ofSeconds(1);

  private static final Set<String> CREDENTIALS =
      Set.of(
          "invalid_auth",
          "not_authed",
          "account_inactive",
          "token_revoked",
          "token_expired",
          "missing_scope",
          "not_allowed_token_type",
          "no_permission",
          "access_denied",
          "org_login_required",
          "team_access_not_granted");
  private static final Set<String> FAULTS =
      Set.of("internal_error", "fatal_error", "service_unavailable", "request_timeout");
  private static final Set<String> GONE =
      Set.of("message_not_found", "cant_update_message", "edit_window_closed");

  private final Slack slack;
  private final SlackSettings settings;
  private final MethodsClient methods;
  private @Nullable String self;

  SlackApi(SlackSettings settings) {
    this.settings = settings;
    SlackConfig config = new SlackConfig();
    config.setMethodsEndpointUrlPrefix(settings.api());
    config.setStatsEnabled(false);
    config.setHttpClientReadTimeoutMillis(TIMEOUT_MILLIS);
    config.setHttpClientWriteTimeoutMillis(TIMEOUT_MILLIS);
    // A request that was sent again unasked could be a message that is there twice.
    SlackHttpClient http =
        new SlackHttpClient(
            SlackHttpClient.buildOkHttpClient(config)
                .newBuilder()
                .retryOnConnectionFailure(false)
                .build());
    http.setConfig(config);
    this.slack = Slack.getInstance(config, http);
    this.methods = slack.methods(settings.botToken());
  }

  /** For the SDK's own client of Socket Mode. */
  Slack slack() {
    return slack;
  }

  /** One call of one method. */
  interface Call<T extends SlackApiTextResponse> {
    T with(MethodsClient methods) throws IOException, SlackApiException;
  }

  /** Calls a method. */
  <T extends SlackApiTextResponse> T call(Call<T> call) throws VendorException {
    return checked(call, methods);
  }

  /** Calls a method, and waits as often as Slack says that there are too many calls. */
  <T extends SlackApiTextResponse> T patiently(Call<T> call)
      throws VendorException, InterruptedException {
    while (true) {
      try {
        return call(call);
      } catch (VendorException failed) {
        if (failed.kind() != Kind.LATER) {
          throw failed;
        }
        TimeUnit.NANOSECONDS.sleep(failed.waitFor().toNanos());
      }
    }
  }

  /** Where the next connection of Socket Mode is to be made; good for one. */
  String openConnection() throws VendorException {
    return checked(client -> client.appsConnectionsOpen(r -> r), slack.methods(settings.appToken()))
        .getUrl();
  }

  /** Id of the app's own user. */
  synchronized String self() throws VendorException {
    String known = self;
    if (known == null) {
      known = call(client -> client.authTest(r -> r)).getUserId();
      self = known;
    }
    return known;
  }

  private static <T extends SlackApiTextResponse> T checked(Call<T> call, MethodsClient methods)
      throws VendorException {
    T response;
    try {
      response = call.with(methods);
    } catch (SlackApiException failed) {
      int status = failed.getResponse().code();
      if (status == TOO_MANY) {
        throw VendorException.later(wait(failed.getResponse().header("Retry-After")));
      }
      throw VendorException.of(status >= 500 ? Kind.BROKEN : Kind.REFUSED, "http_" + status);
    } catch (IOException broken) {
      throw VendorException.broken("unreachable", broken);
    }
    if (response.isOk()) {
      return response;
    }
    String error = String.valueOf(response.getError());
    throw switch (error) {
      case "ratelimited", "rate_limited" -> VendorException.later(UNSAID);
      default -> VendorException.of(kind(error), error);
    };
  }

  private static Kind kind(String error) {
    if (CREDENTIALS.contains(error)) {
      return Kind.CREDENTIALS;
    }
    if (GONE.contains(error)) {
      return Kind.GONE;
    }
    return FAULTS.contains(error) ? Kind.BROKEN : Kind.REFUSED;
  }

  private static Duration wait(@Nullable String retryAfter) {
    return retryAfter != null && retryAfter.matches("\\d{1,5}")
        ? Duration.ofSeconds(Math.max(1, Long.parseLong(retryAfter)))
        : UNSAID;
  }

  @Override
  public void close() {
    try {
      slack.close();
    } catch (Exception alreadyGone) {
      System.getLogger(SlackApi.class.getName())
          .log(System.Logger.Level.DEBUG, "the SDK's end", alreadyGone);
    }
  }
}
