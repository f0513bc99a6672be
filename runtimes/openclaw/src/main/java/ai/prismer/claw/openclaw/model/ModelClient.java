package ai.prismer.claw.openclaw.model;

import ai.prismer.claw.openclaw.config.Endpoint;
import ai.prismer.claw.openclaw.config.Secret;
import ai.prismer.claw.openclaw.model.ModelFailure.Kind;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.TokenUsage;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the model.
 *
 * <p>A question is asked again only when nothing of an answer has been passed on and the endpoint
 * says that the failure passes (429, 5xx) or could not be reached: at most twice, after the time
 * the endpoint asks for, if that is short. langchain4j itself never repeats a streamed request.
 *
 * <p>Thread-safe; any number of questions at once.
 */
public final class ModelClient implements AutoCloseable {
  /** Anthropic demands a limit. This one every current model accepts. */
  private static final int ANTHROPIC_OUTPUT_TOKENS = 8192;

  private static final int TRIES = 3;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final Endpoint endpoint;
  private final Duration pause;
  private final HttpClient client;

  /**
   * Connects to nothing yet.
   *
   * @param pause before the second try, doubled before the third, where the endpoint names none
   */
  public ModelClient(Endpoint endpoint, Duration pause) {
    this.endpoint = endpoint;
    this.pause = pause;
    this.client =
        HttpClient.newBuilder()
            // One request a connection: stopping a turn then closes it, and plain-HTTP endpoints
            // that stumble over the offer to upgrade to HTTP/2 work.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Name of the model asked. */
  public String model() {
    return endpoint.model();
  }

  /**
   * Asks, and blocks until the answer is complete.
   *
   * @throws ModelFailure when there is no complete answer
   * @throws InterruptedException when the calling thread is interrupted; the connection to the
   *     model is closed by then
   */
  public Answer ask(Prompt prompt, ModelListener listener)
      throws ModelFailure, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Collector collector = new Collector(listener);
      try {
        return attempt(prompt, collector);
      } catch (ModelFailure failure) {
        Duration wait = failure.retryAfter().orElse(pause.multipliedBy(1L << (attempt - 1)));
        boolean again = failure.retryable() && attempt < TRIES && !collector.started;
        if (!again || wait.compareTo(LONGEST_PAUSE) > 0) {
          throw failure;
        }
        Thread.sleep(wait);
        listener.alive();
      }
    }
  }

  /** Closes idle connections and cuts running ones. */
  @Override
  public void close() {
    client.shutdownNow();
  }

  private Answer attempt(Prompt prompt, Collector collector)
      throws ModelFailure, InterruptedException {
    InterruptibleHttp http = new InterruptibleHttp(client, collector.listener);
    RuntimeException thrown = null;
    try {
      model(http).chat(messages(prompt), collector);
    } catch (RuntimeException e) {
      // What the library could not make sense of; judged below, with what the transport saw.
      thrown = e;
    }
    if (http.interrupted() || Thread.interrupted()) {
      throw new InterruptedException();
    }
    return judge(http, collector, thrown);
  }

  private Answer judge(
      InterruptibleHttp http, Collector collector, @Nullable RuntimeException thrown)
      throws ModelFailure {
    if (http.broken() instanceof java.net.http.HttpTimeoutException) {
      throw ModelFailure.passing(
          Kind.TIMEOUT, "the model endpoint did not accept a connection in time", Optional.empty());
    }
    if (http.broken() != null) {
      String what = http.status() == 0 ? "cannot reach the model endpoint" : "the answer broke off";
      String why = Optional.ofNullable(http.broken().getMessage()).map(m -> ": " + m).orElse("");
      throw ModelFailure.passing(Kind.UNKNOWN, clean(what + why), Optional.empty());
    }
    if (http.status() > 299) {
      throw refused(http);
    }
    Throwable failure = collector.failure != null ? collector.failure : thrown;
    if (failure != null) {
      throw ModelFailure.lasting(
          Kind.UNKNOWN, "the model endpoint sent something that is no answer");
    }
    ChatResponse response = collector.response;
    if (response == null || response.finishReason() == null) {
      throw ModelFailure.passing(
          Kind.UNKNOWN, "the answer broke off before its end", Optional.empty());
    }
    if (!collector.started) {
      throw ModelFailure.lasting(Kind.REFUSAL, "the model sent an answer without text");
    }
    TokenUsage usage = response.tokenUsage() == null ? new TokenUsage() : response.tokenUsage();
    return new Answer(
        response.finishReason().name().toLowerCase(Locale.ROOT),
        Optional.ofNullable(usage.inputTokenCount()).orElse(0),
        Optional.ofNullable(usage.outputTokenCount()).orElse(0));
  }

  private ModelFailure refused(InterruptibleHttp http) {
    int status = http.status();
    if (status == 401 || status == 403) {
      // The vendor's own words repeat parts of the key.
      return ModelFailure.lasting(
          Kind.UNKNOWN, "the model endpoint refused the API key (HTTP " + status + ")");
    }
    String said = VendorError.message(http.errorBody());
    String message = clean("the model endpoint answered HTTP " + status + said);
    if (status == 429) {
      return ModelFailure.passing(Kind.RATE_LIMIT, message, http.retryAfter());
    }
    return status >= 500
        ? ModelFailure.passing(Kind.UNKNOWN, message, http.retryAfter())
        : ModelFailure.lasting(Kind.UNKNOWN, message);
  }

  private String clean(String text) {
    return endpoint.key().map(key -> key.scrub(text)).orElse(text);
  }

  private StreamingChatModel model(InterruptibleHttp http) {
    String key = endpoint.key().map(Secret::reveal).orElse(null);
    String url = endpoint.baseUrl().map(Object::toString).orElse(null);
    return switch (endpoint.vendor()) {
      case ANTHROPIC -> {
        var builder = AnthropicStreamingChatModel.builder();
        if (url != null) {
          builder.baseUrl(url);
        }
        yield builder
            .httpClientBuilder(new InterruptibleHttp.Builder(http))
            .apiKey(key)
            .modelName(endpoint.model())
            .maxTokens(ANTHROPIC_OUTPUT_TOKENS)
            .build();
      }
      case OPENAI -> {
        var builder = OpenAiStreamingChatModel.builder();
        if (url != null) {
          builder.baseUrl(url);
        }
        if (key != null) {
          builder.apiKey(key);
        }
        yield builder
            .httpClientBuilder(new InterruptibleHttp.Builder(http))
            .modelName(endpoint.model())
            .build();
      }
    };
  }

  private static List<ChatMessage> messages(Prompt prompt) {
    List<ChatMessage> messages = new ArrayList<>();
    prompt.system().ifPresent(system -> messages.add(SystemMessage.from(system)));
    for (Prompt.Message message : prompt.messages()) {
      messages.add(
          switch (message.role()) {
            case USER -> UserMessage.from(message.text());
            case ASSISTANT -> AiMessage.from(message.text());
          });
    }
    return messages;
  }

  /** Passes the text on and keeps how it ended. Only the first end counts. */
  private static final class Collector implements StreamingChatResponseHandler {
    private final ModelListener listener;
    private boolean started;
    private @Nullable ChatResponse response;
    private @Nullable Throwable failure;

    Collector(ModelListener listener) {
      this.listener = listener;
    }

    @Override
    public void onPartialResponse(String piece) {
      started = true;
      listener.text(piece);
    }

    @Override
    public void onCompleteResponse(ChatResponse complete) {
      if (response == null && failure == null) {
        response = complete;
      }
    }

    @Override
    public void onError(Throwable error) {
      if (response == null && failure == null) {
        failure = error;
      }
    }
  }
}
